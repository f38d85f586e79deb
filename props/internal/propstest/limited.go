package propstest

import "github.com/pongcheck/pongcheck/model"

// LimitedInfos are subjects that have everything but one thing, by what they are without.
func LimitedInfos() map[string]model.Info {
	whole := Everything()
	infos := map[string]model.Info{"nothing": whole}
	without := func(name string, change func(*model.Info)) {
		info := whole
		change(&info)
		infos[name] = info
	}
	for k := model.Ping; k < model.End; k++ {
		without(k.String(), func(i *model.Info) { i.Can &^= model.KindsOf(k) })
	}
	without("the client's role", func(i *model.Info) { i.Roles = model.ServerRole })
	without("the server's role", func(i *model.Info) { i.Roles = model.ClientRole })
	without("given payloads", func(i *model.Info) { i.Given = false })
	without("chosen payloads", func(i *model.Info) { i.Chooses = false })
	without("payloads", func(i *model.Info) { i.Given, i.Chooses = false, false })
	without("keepalive", func(i *model.Info) { i.Keeps = false })
	without("compression", func(i *model.Info) { i.Deflate = false })
	without("cuts", func(i *model.Info) { i.Cuts = false })
	without("a false clock", func(i *model.Info) { i.Real = true })
	return infos
}
