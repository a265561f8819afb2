package intake

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"circlekeeper/bot"
)

func commands() []bot.Command {
	return []bot.Command{
		{Name: "strategies", Local: bot.Words{"es": "estrategias"}, Also: bot.Words{"en": "strategy", "es": "consejos,tácticas"}, Args: []bot.Arg{{Name: "name"}}},
		{Name: "why"},
		{Name: "help"},
		{Name: "share", Who: bot.Moderators, Args: []bot.Arg{{Name: "card", Required: true, Complete: true}, {Name: "place", Place: true}}},
		{Name: "reminder", Local: bot.Words{"es": "recordatorio"}, Subs: []bot.Command{
			{Name: "add", Args: []bot.Arg{{Name: "group"}, {Name: "topic", Local: bot.Words{"es": "tema"}}, {Name: "at", Local: bot.Words{"es": "cuándo"}, Label: bot.Words{"en": "When"}, Also: bot.Words{"en": "time,day"}}, {Name: "late", Label: bot.Words{"en": "Late by at most"}}}},
			{Name: "next", Local: bot.Words{"es": "próximos"}, Args: []bot.Arg{{Name: "group"}}},
			{Name: "pause", Args: []bot.Arg{{Name: "id"}, {Name: "until"}}},
			{Name: "list"},
		}},
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	call := func(command, sub string, args ...string) bot.Call {
		c := bot.Call{Command: command, Sub: sub}
		for i := 0; i < len(args); i += 2 {
			if c.Args == nil {
				c.Args = map[string]string{}
			}
			c.Args[args[i]] = args[i+1]
		}
		return c
	}
	tests := map[string]struct {
		text string
		want bot.Call
	}{
		"nothing":                {"", call("help", "")},
		"spaces":                 {"  \t ", call("help", "")},
		"a slash":                {"/", call("help", "")},
		"command":                {"why", call("why", "")},
		"any case":               {" WHY ", call("why", "")},
		"with a slash":           {"/why", call("why", "")},
		"after the app's":        {"/circle why", call("why", "")},
		"the app's without more": {"/circle", call("help", "")},
		"localised":              {"Estrategias", call("strategies", "")},
		"localised, the app's":   {"/circle estrategias", call("strategies", "")},
		"also called":            {"/strategy", call("strategies", "")},
		"also called, localised": {"Tacticas", call("strategies", "")},
		"signs around it":        {"“/why”", call("why", "")},
		"signs behind it":        {"why?!", call("why", "")},
		"copied":                 {"`/strategies active listening`", call("strategies", "", "name", "active listening")},
		"a slash alone":          {"/ why", call("why", "")},
		"a sign alone":           {"😢 /why", call("why", "")},
		"only a sign":            {"😢", call("😢", "")},
		"labels for names":       {"reminder add topic: agreements When: Monday Late by at most: 1h", call("reminder", "add", "topic", "agreements", "at", "Monday", "late", "1h")},
		"other names for names":  {"reminder add topic=agreements day=Monday", call("reminder", "add", "topic", "agreements", "at", "Monday")},
		"unknown":                {"stratgies listening", call("stratgies", "")},
		"unknown and long":       {strings.Repeat("é", 100), call(strings.Repeat("é", 32), "")},
		"arguments not expected": {"why not", call("why", "")},
		"one argument":           {"strategies active listening", call("strategies", "", "name", "active listening")},
		"one argument, named":    {"strategies name=active listening", call("strategies", "", "name", "active listening")},
		"one argument, quoted":   {"strategies “active listening”", call("strategies", "", "name", "active listening")},
		"quotes within":          {`strategies "a" and "b"`, call("strategies", "", "name", `"a" and "b"`)},
		"equals in the rest":     {"strategies a=b", call("strategies", "", "name", "a=b")},
		"sub-command missing":    {"reminder", call("reminder", "")},
		"sub-command unknown":    {"reminder ad x", call("reminder", "ad")},
		"sub-command otherwise":  {"recordatorio añadir tema=agreements cuándo=cada lunes a las 9:00", call("reminder", "añadir", "topic", "agreements", "at", "cada lunes a las 9:00")},
		"otherwise, until first": {"reminder suspend until December 24", call("reminder", "suspend", "until", "December 24")},
		"sub-command":            {"Reminder LIST", call("reminder", "list")},
		"twice":                  {"reminder add at=every Monday at 9:00 late=2h at=every Friday at 9:00", call("reminder", "add", "at", "every Monday at 9:00; every Friday at 9:00", "late", "2h")},
		"named":                  {"reminder add group=monday topic=agreements at=every  Monday at 9:00 late=2h", call("reminder", "add", "group", "monday", "topic", "agreements", "at", "every Monday at 9:00", "late", "2h")},
		"quoted":                 {`reminder add at="0 9 * * 1" late='2h'`, call("reminder", "add", "at", "0 9 * * 1", "late", "2h")},
		"a space behind =":       {`reminder add at= "0 9 * * 1" late= 2h`, call("reminder", "add", "at", "0 9 * * 1", "late", "2h")},
		"name inside quotes":     {`reminder add topic="say late=no" late=1h`, call("reminder", "add", "topic", "say late=no", "late", "1h")},
		"protected quotes":       {`share card="say \"hello\", it's \\ here" place=“a b”`, call("share", "", "card", `say "hello", it's \ here`, "place", "a b")},
		"curly quotes":           {"reminder add at=“every day at 9:00” late=‘2h’", call("reminder", "add", "at", "every day at 9:00", "late", "2h")},
		"mixed quotes":           {`reminder add at=“every day at 9:00" late=2h`, call("reminder", "add", "at", "every day at 9:00", "late", "2h")},
		"unclosed quote":         {`reminder add at="every day late=2h`, call("reminder", "add", "at", `"every day`, "late", "2h")},
		"quote in a word":        {`share it"s "two words`, call("share", "", "card", `it"s "two words`)},
		"names in any case":      {"reminder add Group=a AT=b", call("reminder", "add", "group", "a", "at", "b")},
		"first without name":     {"reminder pause abc123 until=2026-12-01", call("reminder", "pause", "id", "abc123", "until", "2026-12-01")},
		"words without name":     {"share active listening place=x", call("share", "", "card", "active listening", "place", "x")},
		"words behind quotes":    {`share place="x" active listening`, call("share", "", "card", "active listening", "place", "x")},
		"in their order":         {`reminder pause abc "24 December"`, call("reminder", "pause", "id", "abc", "until", "24 December")},
		"too many":               {`reminder pause "a" "b" "c"`, call("reminder", "pause", "id", "a; c", "until", "b")},
		"empty value":            {"share card= place=x", call("share", "", "card", "", "place", "x")},
		"channel":                {"share listening place=slack:C0123456789", call("share", "", "card", "listening", "place", "slack:C0123456789")},
		"channel without name":   {"share slack:C0123456789 active listening", call("share", "", "card", "active listening", "place", "slack:C0123456789")},
		"of the playground":      {"share strategy-listening playground:evening", call("share", "", "card", "strategy-listening", "place", "playground:evening")},
		"two channels":           {"share x slack:C0123456789 slack:C0123456780", call("share", "", "card", "x", "place", "slack:C0123456789; slack:C0123456780")},
		"colon":                  {"reminder pause id:abc until: 2026-12-01", call("reminder", "pause", "id", "abc", "until", "2026-12-01")},
		"colon and quotes":       {`reminder add at:"every day at 9:00" late:2h`, call("reminder", "add", "at", "every day at 9:00", "late", "2h")},
		"colons in values":       {"reminder add topic:confidentiality at: every Monday at 9:00, late:1h", call("reminder", "add", "topic", "confidentiality", "at", "every Monday at 9:00,", "late", "1h")},
		"time in a lone value":   {"strategies every Monday at 9:00 a=b", call("strategies", "", "name", "every Monday at 9:00 a=b")},
		"argument in Spanish":    {"reminder add tema=agreements cuándo=cada lunes a las 9:00 Cuando:x", call("reminder", "add", "topic", "agreements", "at", "cada lunes a las 9:00; x")},
		"accent by itself":       {"reminder add cua\u0301ndo=mañana", call("reminder", "add", "at", "mañana")},
		"sub without accent":     {"recordatorio proximos group=monday", call("reminder", "next", "group", "monday")},
		"sub with accent":        {"REMINDER PRÓXIMOS", call("reminder", "next")},
		"slip of a sub":          {"recordatorio proximo", call("reminder", "proximo")},
		"odd spaces":             {"strategies\u00a0active\nlistening", call("strategies", "", "name", "active listening")},
		"unprintable":            {"why\u200b\x00", call("why", "")},
		"a sentence":             {"hello there", call("hello", "")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Read(commands(), tt.text).Call; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%q: got %+v %q, want %+v %q", tt.text, got.Command+" "+got.Sub, got.Args, tt.want.Command+" "+tt.want.Sub, tt.want.Args)
			}
		})
	}
}

// In a command for moderators, "until" at the beginning needs no = or :. Other names do, because
// groups may be called so.
func TestReadUntilFirst(t *testing.T) {
	t.Parallel()
	args := []bot.Arg{{Name: "group"}, {Name: "until", Local: bot.Words{"es": "hasta"}}, {Name: "quiet"}}
	table := []bot.Command{{Name: "group", Who: bot.Moderators, Subs: []bot.Command{{Name: "set", Args: args}, {Name: "move", Args: []bot.Arg{{Name: "when"}, {Name: "to"}}}}}, {Name: "why", Args: args[1:]}}
	for text, want := range map[string]map[string]string{
		"group set until December 24":          {"until": "December 24"},
		"group set hasta el lunes":             {"until": "el lunes"},
		"group move to Tuesday":                {"to": "Tuesday"},
		"group set until Dec 24 group=evening": {"until": "Dec 24", "group": "evening"},
		"group set Quiet minds until=Dec 24":   {"group": "Quiet minds", "until": "Dec 24"},
		"group set until Dec 24 until=Dec 25":  {"group": "until Dec 24", "until": "Dec 25"},
		"group set until":                      {"group": "until"},
		"group set group of Mondays":           {"group": "group of Mondays"},
		`group set "until late"`:               {"group": "until late"},
		"why until late":                       {"until": "until late"},
	} {
		if got := Read(table, text).Call.Args; !maps.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// In a command for moderators, a typing mistake in an argument's name is not read as a value.
func TestReadMisnamed(t *testing.T) {
	t.Parallel()
	args := []bot.Arg{{Name: "group", Local: bot.Words{"es": "grupo"}}, {Name: "quiet", Local: bot.Words{"es": "silencio"}}, {Name: "topic"}, {Name: "place", Place: true}}
	table := []bot.Command{
		{Name: "group", Who: bot.Moderators, Subs: []bot.Command{{Name: "set", Args: args}, {Name: "list", Args: args[:1]}, {Name: "add", Args: append([]bot.Arg{{Name: "name"}}, args...)}}},
		{Name: "strategies", Args: args},
	}
	for text, want := range map[string]string{
		"group set tpoic:agreements":                   "tpoic",
		"group set Evening circle tpoic=agreements":    "tpoic",
		"group set topic:agreements qiuet:22:00-07:00": "qiuet",
		"group set quite 22:00-07:00":                  "quite",
		"group set quiet 22:00-07:00":                  "quiet",
		"group set Quiet minds topic:agreements":       "",
		"group add Quiet minds topic:agreements":       "",
		"group set silensio 22:00-07:00":               "silensio",
		"group list gruop:evening":                     "gruop",
		"group set quiet:22:00-07:00":                  "",
		"group set Group of Mondays quiet:22:00":       "", // is the group's own name
		"group set evening":                            "",
		"group set quite":                              "", // a value alone
		"group set “quite late” topic:agreements":      "",
		`group set "tpoic:agreements"`:                 "",
		"group set slack:C0123456789":                  "",
		"group set topic:agreements at 9:00":           "",
		"group list Groupe":                            "",
		"group set till=Dec 20":                        "till",
		"group set topic:agreements fecha:cada jueves": "fecha",
		"group set time:5pm":                           "time",
		"group set Circle: evening":                    "",
		"group set discord:12345678/87654321":          "",
		"group set https://example.org/?a=b":           "",
		"group set Q&A=ours":                           "",
		"group add Grupo de los lunes":                 "",
		"group add Groupe two quiet:22:00-07:00":       "",
		"strategies tpoic:agreements":                  "", // members write as they like
		"strategies quite 22:00":                       "",
	} {
		if got := Read(table, text).Misnamed; got != want {
			t.Errorf("%q: %q is no name, want %q", text, got, want)
		}
	}
}

// The names in a typed command tell which language the person reads.
func TestReadLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "why": "", "strategies x": "", "estrategias": "es", "ESTRATEGIAS uno": "es", "/circle estrategias": "es", "reminder list": "",
		"recordatorio list": "es", "reminder próximos": "es", "reminder proximos": "es", "stratgies": "", "recordatorio x": "es", "recordatorio": "es",
		"strategy": "", "tácticas": "es",
	} {
		if got := Read(commands(), text).Lang; got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
}

// The typed names decide the language of the answer; the person's own locale decides the country.
func TestAnswered(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"", "", ""}, {"", "es-MX", "es-MX"}, {"es", "", "es"}, {"es", "en-US", "es"}, {"es", "es-MX", "es-MX"},
		{"es-MX", "es-ES", "es-ES"}, {"es-MX", "es", "es"}, {"es", "ES-us", "ES-us"}, {"es", "est-EE", "es"},
	} {
		if got := Answered(c[0], c[1]); got != c[2] {
			t.Errorf("typed in %q by who reads %q: answered in %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestWriting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, arg, before, partial string }{
		{"why ", "", "", ""},
		{"reminder ", "", "", ""},
		{"strategies ", "name", "", ""},
		{"strategies active lis", "name", "", "active lis"},
		{"strategies active ", "name", "", "active"},
		{"strategies name=act", "name", "", "act"},
		{"share ", "card", "", ""},
		{"share active lis", "card", "", "active lis"},
		{"share x ", "place", "x ", ""},
		{"share card=agree", "card", "", "agree"},
		{`share card="agr`, "card", "", "agr"},
		{`share card="two words" pl`, "place", `card="two words" `, "pl"},
		{"share place=the evening card=agree", "card", "place=the evening ", "agree"},
		{"share card=x place=y ", "", "", ""},
		{"/circle recordatorio add tema=a cuándo=cada", "at", "tema=a ", "cada"},
	} {
		arg, before, partial, ok := Read(commands(), tt.text).Writing()
		if arg.Name != tt.arg || before != tt.before || partial != tt.partial || ok != (tt.arg != "") {
			t.Errorf("%q: %q %q %q %v", tt.text, arg.Name, before, partial, ok)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "why", `reminder add at="a b" late=2h`, "share x place=slack:C01", "“’", "name=", "\xff=\"", "/share a=b", `/reminder add at:" x`, "circle", "\xff /", "/share card= “", `share "\"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := Read(commands(), text).Call
		if c.Command == "" {
			t.Error("no command")
		}
		if c.Command != strings.ToLower(c.Command) && utf8.ValidString(text) {
			t.Errorf("command %q is not in lower case", c.Command)
		}
		Read(commands(), text).Writing()
		if utf8.RuneCountInString(text) > 400 {
			return // the text is typed twice below and would be cut at MaxTyped
		}
		want := strings.TrimSpace(plain(strings.ToValidUTF8(text, "?")))
		quoted := Read(commands(), "share place="+Quote(want)+" card="+Quote(want)).Call.Args
		if quoted["place"] != want || quoted["card"] != want {
			t.Errorf("%q is read as %q", want, quoted)
		}
	})
}

func TestLocale(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "", "es": "es", "es-419": "es-419", "*": "", "es;q=1": "", "en_US": "", strings.Repeat("a", 35): strings.Repeat("a", 35), strings.Repeat("a", 36): ""} {
		if got := Locale(given); got != want {
			t.Errorf("%q is read as %q", given, got)
		}
	}
}
