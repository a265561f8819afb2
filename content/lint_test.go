package content

import "testing"

func TestShippedCardsHaveNoFindings(t *testing.T) {
	t.Parallel()
	for _, contact := range []string{"", "discouraged", "allowed"} {
		for _, companions := range []string{"off", "on"} {
			set := map[string]string{"overdose-companions": companions}
			if contact != "" {
				set["outside-contact"] = contact
			}
			l, err := Load(Options{Set: set})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range l.Lint() {
				t.Errorf("%v: %s", set, f)
			}
		}
	}
}
