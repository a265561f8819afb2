package playground

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// view is a message as the page shows it.
type view struct {
	W       *words.Reader // for the texts around the message
	Message bot.Message
	Form    *bot.Form
	Update  bool
	Private bool
	Asked   string // what was typed, shown above the answer
	At      time.Time

	ID    string // of the element on the page; made if empty
	Looks []look
}

// look is a message drawn as on one platform, with the JSON that the adapter sends.
type look struct {
	Platform string // "discord", "slack" or "plain"
	Name     string
	Body     template.HTML // written with markup, which escapes
	Payload  string        // indented JSON; empty for the plain look
	Fault    string
}

// Clock is the time of day that both platforms print beside a name.
func (v view) Clock() string { return v.W.Calendar.TimeOfDay(v.At.Local()) }

// Stamp is the same for machines.
func (v view) Stamp() string { return v.At.UTC().Format(time.RFC3339) }

// Menu is the command in the menu that the platforms show at each post.
func (v view) Menu() string { return bot.Call{Command: bot.Help}.Encode() }

// Picked tells whether a choice is the field's first value.
func (v view) Picked(f bot.Field, c bot.Choice) bool {
	picked, _ := f.Picked()
	return slices.Contains(picked, c.Value)
}

// Said returns the lines above a form's fields.
func (v view) Said() []string {
	var out []string
	for _, b := range v.Form.Preview {
		for _, item := range b.Items {
			out = append(out, words.Plain(item))
		}
	}
	return out
}

// draw makes the HTML of a message in every look.
func (a *Adapter) draw(v view) (string, error) {
	v.Message = named(a, v.W, v.Message)
	v.ID = cmp.Or(v.ID, "m"+strconv.FormatInt(a.uid.Add(1), 10))
	if v.Form == nil {
		v.Looks = a.looks(v.Message, v.Private, v.W)
	}
	var b bytes.Buffer
	if err := a.page.ExecuteTemplate(&b, "message.html", v); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (a *Adapter) looks(msg bot.Message, private bool, w *words.Reader) []look {
	var out []look
	for _, p := range []struct {
		platform bot.Platform
		paint    func(m *markup, payload []byte) error
	}{
		{bot.Discord, paintDiscord},
		{bot.Slack, paintSlack},
	} {
		preview := a.c.Previews[p.platform]
		if answer := a.c.Answers[p.platform]; private && answer != nil {
			preview = answer
		}
		if preview == nil {
			continue
		}
		l := look{Platform: string(p.platform), Name: p.platform.Name()}
		payload, err := preview(msg)
		m := &markup{w: w, calls: labels(msg)}
		if err == nil {
			err = p.paint(m, payload)
		}
		if err != nil {
			a.c.Log.Warn("preview failed", "platform", l.Platform)
			l.Fault = w.T("What %s would show could not be drawn. These are the plain words.", l.Name)
			m = paintPlain(w, msg)
		} else {
			l.Payload = indent(payload)
		}
		l.Body = m.html()
		out = append(out, l)
	}
	if out == nil {
		out = []look{{Platform: "plain", Name: w.T("Plain words"), Body: paintPlain(w, msg).html()}}
	}
	return out
}

// labels finds a message's calls by the labels of their buttons, because the custom IDs in a
// payload can be read only by the adapter that made them.
func labels(m bot.Message) map[string]string {
	calls := map[string]string{}
	actions := m.Actions
	if m.Menu != nil {
		actions = append(actions[:len(actions):len(actions)], m.Menu.Options...)
	}
	for _, act := range actions {
		if act.Link == "" {
			calls[act.Label] = act.Call.Encode()
		}
	}
	return calls
}

func indent(payload []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, payload, "", "  "); err != nil {
		return string(payload)
	}
	// encoding/json escapes these for HTML; the page escapes by itself.
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(b.String())
}

// paintPlain draws the message itself, in the same order as every adapter.
func paintPlain(w *words.Reader, msg bot.Message) *markup {
	m := &markup{w: w}
	if msg.Title != "" {
		m.el("h3", msg.Title)
	}
	if msg.Note != "" {
		m.el("p", msg.Note, "class", "note")
	}
	for _, b := range msg.Blocks {
		paintBlock(m, b)
	}
	if msg.Menu != nil {
		m.menu(msg.Menu.Label)
		for _, o := range msg.Menu.Options {
			m.option(button{label: o.Label, hint: o.Hint, link: o.Link, call: o.Call.Encode()})
		}
		m.endMenu()
	}
	if len(msg.Actions) > 0 {
		m.open("div", "class", "row")
		for _, act := range msg.Actions {
			style := map[bot.Style]string{bot.Primary: "primary", bot.Danger: "danger"}[act.Style]
			m.button(button{label: act.Label, hint: act.Hint, link: act.Link, call: act.Call.Encode(), style: style})
		}
		m.close("div")
	}
	if len(msg.Footer) > 0 {
		m.el("p", words.Plain(msg.Footer), "class", "footer")
	}
	return m
}

func paintBlock(m *markup, b content.Block) {
	outer, inner := "", "p"
	switch b.Kind {
	case content.List:
		outer, inner = "ul", "li"
	case content.Heading:
		inner = "h4"
	}
	m.open(outer)
	for _, item := range b.Items {
		m.open(inner)
		for _, s := range item {
			m.span(s.Text, s.Bold, s.Italic, s.Link)
		}
		m.close(inner)
	}
	m.close(outer)
}

// Preview gives the HTML in which the page shows a message plainly.
func Preview(m bot.Message) ([]byte, error) {
	return []byte(paintPlain(words.InEnglish(), m).html()), nil
}
