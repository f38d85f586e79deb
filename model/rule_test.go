package model

import "testing"

// Every rule has a name of its own and a sentence, in the order of the families.
func TestEveryRuleStandsInTheTable(t *testing.T) {
	seen := map[string]bool{}
	for id := range ruleTable {
		r := &ruleTable[id]
		if r.ID == "" || r.Sentence == "" || r.Level == "" || seen[r.ID] {
			t.Errorf("rule %d: %+v has no name of its own, no level or no sentence", id, r)
		}
		seen[r.ID] = true
	}
	if first, last := ruleTable[0].ID, ruleTable[rules-1].ID; first != "send.mask" || last != "leak" {
		t.Errorf("the rules go from %s to %s, want from send.mask to leak", first, last)
	}
}
