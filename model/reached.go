package model

// reachedBy are the rules that an event puts to the test when the outcome is
// the reference's, on an open connection.
var reachedBy = [kinds]RuleSet{
	Ping:     setOf(pingSent, sendMask, sendRSV, sendOpcode, sendMinimal, sendFin, sendControlLength, crashed, hung),
	Cancel:   setOf(waiterCancel, crashed, hung),
	Pong:     setOf(ackPolicy, ackNoPong, waiterOnce, latencyWaiter, latencyConnection, recvLegal, crashed, hung),
	RecvPing: setOf(pongOwed, pongEcho, recvLegal, sendMask, sendFin, sendControlLength, crashed, hung),
	Msg:      setOf(messageReceived, recvLegal, crashed, hung),
	MsgSend:  setOf(messageSent, crashed, hung),
	Drop:     setOf(waiterLost, crashed, hung),
	End:      setOf(waiterLost),
}
