package playground

import (
	"encoding/json"
	"strings"
	"testing"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// looks gives previews shaped like the ones the real adapters make.
func looks() map[bot.Platform]func(bot.Message) ([]byte, error) {
	return map[bot.Platform]func(bot.Message) ([]byte, error){bot.Discord: asDiscord, bot.Slack: asSlack}
}

type object = map[string]any

// asHome is a Home shaped like the one that the real adapter makes.
func asHome(_ *words.Reader, at string, board func(int) bot.Board) ([]byte, error) {
	page := 0
	if at == "1.0" {
		page = 1
	}
	b := board(page)
	message, err := asSlack(b.Sections[0])
	if err != nil {
		return nil, err
	}
	var view struct {
		Blocks []object `json:"blocks"`
	}
	if err := json.Unmarshal(message, &view); err != nil {
		return nil, err
	}
	turn := object{"type": "button", "text": object{"type": "plain_text", "text": "Next page"}, "action_id": "page.on", "value": "1.0"}
	view.Blocks = append(view.Blocks, object{"type": "actions", "elements": []object{turn}})
	return json.Marshal(view)
}

func flat(m bot.Message, bold, bullet string) string {
	var b strings.Builder
	for _, block := range m.Blocks {
		for _, item := range block.Items {
			if block.Kind == content.List {
				b.WriteString(bullet)
			}
			for _, s := range item {
				if s.Bold || block.Kind == content.Heading {
					b.WriteString(bold + s.Text + bold)
					continue
				}
				b.WriteString(s.Text)
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String())
}

func asDiscord(m bot.Message) ([]byte, error) {
	text := "## " + m.Title + "\n"
	if m.Note != "" {
		text += "-# " + m.Note + "\n"
	}
	text += flat(m, "**", "- ")
	if m.Footer != nil {
		text += "\n-# " + words.Plain(m.Footer)
	}
	rows := []object{}
	if m.Menu != nil {
		options := []object{}
		for _, o := range m.Menu.Options {
			options = append(options, object{"label": o.Label, "value": o.Call.Encode(), "description": o.Hint})
		}
		rows = append(rows, object{"type": 1, "components": []object{{"type": 3, "custom_id": "menu", "placeholder": m.Menu.Label, "options": options}}})
	}
	buttons := []object{}
	for _, a := range m.Actions {
		b := object{"type": 2, "label": a.Label, "style": 2, "custom_id": a.Call.Encode()}
		if a.Style == bot.Primary {
			b["style"] = 1
		}
		if a.Link != "" {
			b = object{"type": 2, "label": a.Label, "style": 5, "url": a.Link}
		}
		buttons = append(buttons, b)
	}
	if len(buttons) > 0 {
		rows = append(rows, object{"type": 1, "components": buttons})
	}
	return json.Marshal(object{"content": text, "components": rows, "allowed_mentions": object{"parse": []string{}}})
}

func asSlack(m bot.Message) ([]byte, error) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	blocks := []object{{"type": "header", "text": object{"type": "plain_text", "text": m.Title}}}
	if m.Note != "" {
		blocks = append(blocks, object{"type": "context", "elements": []object{{"type": "mrkdwn", "text": escape(m.Note)}}})
	}
	if len(m.Blocks) > 0 {
		blocks = append(blocks, object{"type": "section", "text": object{"type": "mrkdwn", "text": escape(flat(m, "*", "• "))}})
	}
	elements := []object{}
	if m.Menu != nil {
		options := []object{}
		for _, o := range m.Menu.Options {
			options = append(options, object{"text": object{"type": "plain_text", "text": o.Label}, "value": o.Call.Encode()})
		}
		elements = append(elements, object{"type": "static_select", "placeholder": object{"type": "plain_text", "text": m.Menu.Label}, "options": options})
	}
	for _, a := range m.Actions {
		b := object{"type": "button", "text": object{"type": "plain_text", "text": a.Label}, "value": a.Call.Encode()}
		if a.Style == bot.Primary {
			b["style"] = "primary"
		}
		if a.Link != "" {
			b["url"] = a.Link
		}
		elements = append(elements, b)
	}
	if len(elements) > 0 {
		blocks = append(blocks, object{"type": "actions", "elements": elements})
	}
	if m.Footer != nil {
		blocks = append(blocks, object{"type": "context", "elements": []object{{"type": "mrkdwn", "text": escape(words.Plain(m.Footer))}}})
	}
	return json.Marshal(object{"text": m.Title, "blocks": blocks})
}

func TestProse(t *testing.T) {
	t.Parallel()
	link := func(href, label string) string {
		return `<a href="` + href + `" rel="noopener noreferrer" target="_blank">` + label + `</a>`
	}
	for _, test := range []struct {
		d        dialect
		in, want string
	}{
		{discordDialect(), "plain <b>&amp;", "<p>plain &lt;b&gt;&amp;amp;</p>"},
		{discordDialect(), "**bold** *it* ***both***", "<p><strong>bold</strong> <em>it</em> <strong><em>both</em></strong></p>"},
		{discordDialect(), "**bold *both***", "<p><strong>bold <em>both</em></strong></p>"},
		{discordDialect(), `\*\*no\*\* 2 * 3 * 4 snake_case_word`, "<p>**no** 2 * 3 * 4 snake_case_word</p>"},
		{discordDialect(), "## Two\n### Three\n-# tiny", `<h4 class="middle">Two</h4><h5 class="small">Three</h5><div class="subtext">tiny</div>`},
		{discordDialect(), "- a\n- b\n\n- c", "<ul><li>a</li><li>b</li></ul><ul><li>c</li></ul>"},
		{discordDialect(), "one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"},
		{discordDialect(), "<+1 (323) 488-4114> <+x>", "<p>" + link("tel:+13234884114", "+1 (323) 488-4114") + " &lt;+x&gt;</p>"},
		{discordDialect(), "[call](tel:911) [x](javascript:alert) <https://a.example> [a \\] b](<https://b.example>)", "<p>" + link("tel:911", "call") + " [x](javascript:alert) " + link("https://a.example", "https://a.example") + " " + link("https://b.example", "a ] b") + "</p>"},
		{discordDialect(), "**open", "<p>**open</p>"},
		{slackDialect(), "*bold* _it_ ~s~ **x**", "<p><strong>bold</strong> <em>it</em> <s>s</s> **x**</p>"},
		{slackDialect(), "*late and *later, _x ~y `z", "<p>*late and *later, _x ~y `z</p>"}, // marks that nothing closes
		{slackDialect(), "*a _b* c ~d e~f `*g*` _h_i_", "<p><strong>a _b</strong> c ~d e~f <code>*g*</code> <em>h_i</em></p>"},
		{discordDialect(), "*a **b** c* *it **both*** ** x", "<p><em>a <strong>b</strong> c</em> <em>it <strong>both</strong></em> ** x</p>"},
		{slackDialect(), "a &amp;lt; &lt;b&gt; 2*3*4", "<p>a &amp;lt; &lt;b&gt; 2*3*4</p>"},
		{slackDialect(), "<https://a.example?x=1&amp;y=2|Map &amp; way> <tel:911|911> <javascript:x|y> <!subteam^S1|Monday>", "<p>" + link("https://a.example?x=1&amp;y=2", "Map &amp; way") + " " + link("tel:911", "911") + " &lt;javascript:x|y&gt; Monday</p>"},
		{slackDialect(), "• one\n• two", "<p>• one<br>• two</p>"},
	} {
		m := &markup{w: words.InEnglish()}
		m.prose(test.in, test.d)
		if got := string(m.html()); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.in, got, test.want)
		}
	}
}

func FuzzProse(f *testing.F) {
	for _, s := range []string{"**a*", "[a](b", "<!x|", "`", "\\", "_*~", "\xff*\xff*", "* *\n> "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range []dialect{discordDialect(), slackDialect()} {
			m := &markup{w: words.InEnglish()}
			m.prose(s, d)
			html := string(m.html())
			for _, tag := range []string{"<script", "<img", "<style", "href=\"javascript"} {
				if strings.Contains(html, tag) {
					t.Errorf("%q gave %s", s, html)
				}
			}
			if strings.Count(html, "<strong>") != strings.Count(html, "</strong>") || strings.Count(html, "<p>") != strings.Count(html, "</p>") {
				t.Errorf("%q is not balanced: %s", s, html)
			}
		}
	})
}

func TestLooks(t *testing.T) {
	t.Parallel()
	pressed := bot.Call{Command: "strategies"}
	for _, test := range []struct {
		name    string
		paint   func(*markup, []byte) error
		payload string
		want    []string
	}{
		{"components", paintDiscord, `{"flags":32768,"components":[{"type":17,"accent_color":255,"components":[{"type":10,"content":"## Hi"},{"type":2,"label":"Go","style":1,"custom_id":"1/why/?"}]},{"type":99}]}`,
			[]string{`data-accent="#0000ff"`, ">Hi</h4>", `class="press primary" data-call="1/why/?">Go`, "does not draw"}},
		{"call by label", paintDiscord, `{"components":[{"type":1,"components":[{"type":2,"label":"All six","style":2,"custom_id":"opaque"},{"type":2,"label":"Other","style":2,"custom_id":"opaque"}]}]}`,
			[]string{`data-call="1/strategies/?">All six`, `disabled="">Other`}},
		{"several messages", paintDiscord, `[{"content":"one"},{"content":"two"}]`, []string{"<p>one</p><p>two</p>"}},
		{"bad link", paintDiscord, `{"components":[{"type":2,"label":"x","style":5,"url":"javascript:alert(1)"}]}`, []string{`disabled="">x`}},
		{"blocks", paintSlack, `{"text":"fallback","blocks":[{"type":"header","text":{"type":"plain_text","text":"H <b>"}},{"type":"section","text":{"type":"mrkdwn","text":"*s*"}},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"B"},"value":"1/why/?","style":"danger"}]},{"type":"context","elements":[{"type":"plain_text","text":"c*"}]},{"type":"video"}]}`,
			[]string{"H &lt;b&gt;", "<strong>s</strong>", `class="press danger" data-call="1/why/?">B`, "c*", "does not draw"}},
		{"rich text", paintSlack, `{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a\nb","style":{"bold":true}},{"type":"link","url":"https://x.example","text":"l"}]},{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"i"}]}]}]}]}`,
			[]string{"<strong>a</strong><br><strong>b</strong>", `href="https://x.example"`, "<ul><li>i</li></ul>"}},
		{"text alone", paintSlack, `{"text":"*only*"}`, []string{"<p><strong>only</strong></p>"}},
		{"menu", paintSlack, `{"blocks":[{"type":"actions","elements":[{"type":"static_select","placeholder":{"type":"plain_text","text":"Choose"},"options":[{"text":{"type":"plain_text","text":"One"},"description":{"type":"plain_text","text":"hint"},"value":"1/why/?"}]}]}]}`,
			[]string{"<summary>Choose</summary>", `data-call="1/why/?"><span>One</span> <small>hint</small>`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := &markup{w: words.InEnglish(), calls: map[string]string{"All six": pressed.Encode()}}
			must(t, test.paint(m, []byte(test.payload)))
			for _, want := range test.want {
				if !strings.Contains(string(m.html()), want) {
					t.Errorf("no %q in %s", want, m.html())
				}
			}
		})
	}
	for _, paint := range []func(*markup, []byte) error{paintDiscord, paintSlack} {
		if err := paint(&markup{w: words.InEnglish()}, []byte(`"text"`)); err == nil {
			t.Error("a payload that is no message is drawn")
		}
	}
}

// A message is shown in each look with the payload it was drawn from.
func TestDrawnFromThePayload(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{Previews: looks()}, &fakeCore{})
	code, body := p.ask("text", "/strategies")
	if code != 200 {
		t.Fatal(code)
	}
	for _, want := range []string{
		`class="look discord"`, `class="look slack"`, "As Slack shows it", "Message data for Discord",
		"&#34;allowed_mentions&#34;", `<h4 class="middle">Six strategies</h4>`, `<h3 class="big">Six strategies</h3>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(body, `data-call="1/strategies/?name=strategy-listening"`); n != 2 {
		t.Errorf("%d buttons", n)
	}
	if _, err := p.Send(t.Context(), evening, bot.Message{Title: "At night", Silent: true}); err != nil {
		t.Fatal(err)
	}
	posts, _, _ := p.channels[0].after(0)
	if n := strings.Count(posts[0].html[words.English], "without a notification"); n != 1 { // Slack cannot
		t.Errorf("%d quiet looks", n)
	}
}

// A private answer is drawn from what the platform would send to one person:
// several messages, made of components alone.
func TestPrivateAnswersHaveTheirOwnLook(t *testing.T) {
	t.Parallel()
	const parts = `[{"flags":32832,"components":[{"type":17,"accent_color":5999242,"components":[{"type":10,"content":"## One"}]}]},
		{"flags":32832,"components":[{"type":17,"components":[{"type":10,"content":"Two"},
		{"type":1,"components":[{"type":2,"style":2,"label":"Listening","custom_id":"x"}]},{"type":10,"content":"-# In a crisis"}]}]}]`
	answers := map[bot.Platform]func(bot.Message) ([]byte, error){bot.Discord: func(bot.Message) ([]byte, error) { return []byte(parts), nil }}
	p := serve(t, Config{Previews: looks(), Answers: answers}, &fakeCore{})
	_, body := p.ask("text", "/strategies")
	for _, want := range []string{`data-accent="#5b8a8a"`, `<h4 class="middle">One</h4>`, "<p>Two</p>", "Listening", `<div class="subtext">In a crisis</div>`, `class="look slack"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if _, err := p.Send(t.Context(), evening, bot.Message{Title: "A post"}); err != nil {
		t.Fatal(err)
	}
	posts, _, _ := p.channels[0].after(0)
	if strings.Contains(posts[0].html[words.English], "<p>Two</p>") || !strings.Contains(posts[0].html[words.English], "A post") {
		t.Error("a post is drawn as an answer")
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	b, err := Preview(bot.Message{Title: "T <b>", Note: "N", Blocks: []content.Block{content.Bullets("one")}, Footer: []content.Span{{Text: "F"}}})
	want := `<h3>T &lt;b&gt;</h3><p class="note">N</p><ul><li>one</li></ul><p class="footer">F</p>`
	if err != nil || string(b) != want {
		t.Errorf("%v\n got %s\nwant %s", err, b, want)
	}
}

func TestFormSaysWhatIsAboveItsFields(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Channels: []Channel{{ID: "evening"}}})
	must(t, err)
	html, err := a.draw(view{W: words.InEnglish(), Form: &bot.Form{Title: "T", Preview: []content.Block{content.Text("Somebody <changed> it."), content.Bullets("one", "two")}}})
	if err != nil || !strings.Contains(html, "<p>Somebody &lt;changed&gt; it.</p>") || !strings.Contains(html, "<p>two</p>") {
		t.Errorf("%v: %s", err, html)
	}
}

// Home is drawn from what Slack would show, to whoever the switch says, and its pages turn.
func TestHome(t *testing.T) {
	t.Parallel()
	p := serve(t, Config{Previews: looks(), Home: asHome}, &fakeCore{})
	for _, test := range []struct{ as, at, want string }{
		{"member", "", "page 0, may change: false"}, {"moderator", "", "page 0, may change: true"}, {"moderator", "1.0", "page 1"}, {"moderator", "nonsense", "page 0"},
	} {
		code, body, _ := p.do(p.post("/home", p.form("as", test.as, "at", test.at)))
		if code != 200 || !strings.Contains(body, test.want) || !strings.Contains(body, `data-call="1/reminder/add?"`) || !strings.Contains(body, `data-at="1.0">Next page`) {
			t.Errorf("%+v: %d %.300s", test, code, body)
		}
	}
	if _, body, _ := p.get("/"); !strings.Contains(body, `href="#home"`) {
		t.Error("no way leads to Home")
	}
	without := serve(t, Config{Previews: looks()}, &fakeCore{})
	if _, body, _ := without.get("/"); strings.Contains(body, `href="#home"`) {
		t.Error("a way leads to a Home that there is not")
	}
	if code, _, _ := without.do(without.post("/home", without.form())); code != 400 {
		t.Errorf("a Home that there is not: %d", code)
	}
}

// The page's channels go by their names; others stay as they are.
func TestChannelsGoByTheirNames(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Channels: []Channel{{ID: "evening", Name: "Evening circle"}}, Previews: looks()})
	must(t, err)
	span := func(place string) content.Span {
		p, err := bot.ParsePlace(place)
		must(t, err)
		return content.Span{Text: place, Fact: p}
	}
	m := bot.Message{Blocks: []content.Block{{Kind: content.List, Items: [][]content.Span{{span("playground:evening"), span("playground:gone"), span("slack:C0123456789")}}}}}
	got := content.Plain(named(a, a.c.Books.Reader("en"), m).Blocks)
	if !strings.Contains(got, "Evening circle") || strings.Contains(got, "playground:evening") || !strings.Contains(got, "playground:gone") || !strings.Contains(got, "slack:C0123456789") {
		t.Errorf("written as %q", got)
	}
	if m.Blocks[0].Items[0][0].Text != "playground:evening" {
		t.Error("the message was changed")
	}
	role := bot.Message{Blocks: []content.Block{{Kind: content.List, Items: [][]content.Span{{{Text: Facilitators().String(), Fact: Facilitators()}}}}}}
	for lang, want := range map[string]string{"en": "Facilitator", "es": "Facilitación"} {
		if got := strings.TrimSpace(content.Plain(named(a, a.c.Books.Reader(lang), role).Blocks)); got != want {
			t.Errorf("in %s the role is called %q, want %q", lang, got, want)
		}
	}
	if html, err := a.draw(view{W: a.c.Books.Reader("en"), Message: m}); err != nil || strings.Contains(html, ">playground:evening<") || !strings.Contains(html, "Evening circle") {
		t.Errorf("%v: %s", err, html)
	}
}

// An example does not look like what was chosen from a list.
func TestAListsFieldHasNoExample(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Channels: []Channel{{ID: "evening"}}, Previews: looks()})
	must(t, err)
	f := &bot.Form{Title: "Add", Fields: []bot.Field{
		{Name: "topic", Label: "What to post", Hint: "confidentiality", Choices: []bot.Choice{{Name: "Agreements", Value: "agreements"}}},
		{Name: "at", Label: "When", Hint: "every Monday at 9:00"},
	}}
	html, err := a.draw(view{W: a.c.Books.Reader("en"), Form: f})
	if err != nil || strings.Contains(html, "confidentiality") || !strings.Contains(html, "every Monday at 9:00") {
		t.Errorf("%v: %s", err, html)
	}
}

// Some of a few choices are checkboxes, of which those are on that stand in the field.
func TestSomeOfFewAreCheckboxes(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Channels: []Channel{{ID: "evening"}}, Previews: looks()})
	must(t, err)
	f := &bot.Form{Title: "Edit", Fields: []bot.Field{
		{Name: "langs", Label: "Languages", Hint: "en,es", Value: "es", Several: true, Error: []content.Span{{Text: "Not that."}}, Choices: []bot.Choice{{Name: "en", Value: "en"}, {Name: "es", Value: "es"}}},
		{Name: "keep", Label: "Posts", Value: "all", Choices: []bot.Choice{{Name: "All", Value: "all"}, {Name: "Newest", Value: "newest"}}},
	}}
	html, err := a.draw(view{W: a.c.Books.Reader("en"), Form: f})
	for _, want := range []string{"<legend>Languages", `type="checkbox" name="field.langs" value="es" checked>`, `type="checkbox" name="field.langs" value="en">`, "Not that.", `<option value="all" selected>`, `<option value="newest">`} {
		if err != nil || !strings.Contains(html, want) {
			t.Errorf("%v: no %s in %s", err, want, html)
		}
	}
	if strings.Contains(html, "en,es") {
		t.Errorf("what is checked has an example: %s", html)
	}
}

func BenchmarkDraw(b *testing.B) {
	a, err := New(Config{Channels: []Channel{{ID: "evening"}}, Previews: looks()})
	if err != nil {
		b.Fatal(err)
	}
	m := answer(bot.Request{Call: bot.Call{Command: "strategies"}}).Message
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.draw(view{W: words.InEnglish(), Message: m}); err != nil {
			b.Fatal(err)
		}
	}
}
