package playground

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// shown is a message as the page shows it.
type shown struct {
	id      string
	text    string
	private bool
	update  bool
	quiet   bool
	labels  []string
	calls   map[string]string
	form    *shownForm
}

type shownForm struct {
	title, call string
	fields      map[string]string
}

// parse reads a drawn message the way a browser and a reader do.
func parse(html string) (*shown, error) {
	d := xml.NewDecoder(strings.NewReader(html))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	m := &shown{calls: map[string]string{}}
	var text strings.Builder
	var stack []xml.StartElement
	inside := func(match func(xml.StartElement) bool) bool { return slices.ContainsFunc(stack, match) }
	body := func(e xml.StartElement) bool { return attr(e, "class") == "body" || attr(e, "class") == "panel" }
	field := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			m.text = strings.TrimSpace(text.String())
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			e = e.Copy()
			stack = append(stack, e)
			name := attr(e, "name")
			switch e.Name.Local {
			case "script", "style", "iframe":
				return nil, fmt.Errorf("a message with <%s>", e.Name.Local)
			case "article":
				m.id, m.private, m.update = attr(e, "id"), strings.Contains(attr(e, "class"), "private"), has(e, "data-update")
			case "span":
				m.quiet = m.quiet || attr(e, "class") == "quiet"
			case "form":
				m.form = &shownForm{fields: map[string]string{}}
			case "input":
				if f, ok := strings.CutPrefix(name, "field."); ok {
					m.form.fields[f] = attr(e, "value")
				} else if name == "call" {
					m.form.call = attr(e, "value")
				}
			case "select":
				field = strings.TrimPrefix(name, "field.")
				m.form.fields[field] = ""
			case "option":
				if has(e, "selected") {
					m.form.fields[field] = attr(e, "value")
				}
			}
		case xml.EndElement:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
			if strings.Contains(" p li h3 h4 button a summary small ", " "+e.Name.Local+" ") {
				text.WriteString("\n")
			}
		case xml.CharData:
			if !inside(body) {
				continue
			}
			text.Write(e)
			last := stack[len(stack)-1]
			if last.Name.Local == "h3" && m.form != nil {
				m.form.title = string(e)
			}
			for _, s := range stack {
				if class := attr(s, "class"); class == "option" && last.Name.Local == "span" || strings.HasPrefix(class, "press") {
					m.labels = append(m.labels, string(e))
					if has(s, "data-call") {
						m.calls[string(e)] = attr(s, "data-call")
					}
				}
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func has(e xml.StartElement, name string) bool {
	return slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
}
