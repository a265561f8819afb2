package slack

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// Limits of modals, in characters. https://docs.slack.dev/surfaces/modals
const (
	maxTitle  = 24
	maxInput  = 3000
	maxBeside = 2000 // label and hint of an input
)

const fieldID = "field."

// modal lays a form out. It carries where and in which language the form was asked for.
func modal(f bot.Form, q request, w *words.Reader) slack.ModalViewRequest {
	blocks := prose(f.Preview)
	says := len(blocks) > 0
	for _, field := range f.Fields {
		blocks = append(blocks, input(f, field, q))
		if field.Error != nil {
			blocks, says = append(blocks, aside(words.Plain(field.Error))), true
		}
	}
	v := view(f.Title, blocks, q, w)
	v.Close, v.Submit = onButton(w.T("Cancel")), onButton(cmp.Or(f.Submit, w.T("Save")))
	v.PrivateMetadata = privateMetadata{Call: f.Call.Encode(), Channel: q.channel, Lang: q.lang, Says: says}.String()
	return v
}

// answerModal shows an answer in a modal.
func answerModal(a bot.Answer, q request, w *words.Reader) slack.ModalViewRequest {
	if a.Form != nil {
		return modal(*a.Form, q, w)
	}
	m, title := a.Message, ""
	if utf8.RuneCountInString(m.Title) <= maxTitle {
		m.Title, title = "", m.Title // above, as the modal's title
	}
	blocks := render(m, q.lang)
	return view(title, blocks[:min(len(blocks), maxModal)], q, w)
}

// titleModal is the title of a modal that has none.
const titleModal = "Circle"

// onButton is a text on one of a modal's own buttons.
func onButton(s string) *slack.TextBlockObject { return plain(clip(s, maxTitle)) }

func view(title string, blocks []slack.Block, q request, w *words.Reader) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(clip(cmp.Or(title, titleModal), maxTitle)), Close: onButton(w.T("Close")),
		Blocks: slack.Blocks{BlockSet: blocks}, PrivateMetadata: privateMetadata{Channel: q.channel, Lang: q.lang}.String(),
	}
}

// blockID names a field's block differently whenever the form or the field's first value
// differs. Slack keeps what was typed into a block of the same name. So it would hide a value
// that somebody else has saved meanwhile.
// https://docs.slack.dev/reference/views/modal-views
func blockID(f bot.Form, field bot.Field) string {
	sum := sha256.Sum256([]byte(f.Call.Encode() + "\x00" + field.Value))
	return fieldID + field.Name + "." + hex.EncodeToString(sum[:4])
}

func input(form bot.Form, f bot.Field, q request) slack.Block {
	var element slack.BlockElement
	at, pick := pickables(f)
	switch {
	case len(f.Choices) > 0 && !(f.Several && len(f.Choices) > maxGroup):
		element, f.Hint = selection(f), "" // the hint says how to write the value, but here it is picked
	case (f.Place || f.Role) && pick:
		element = picker(f, at, q)
	case f.Complete && utf8.RuneCountInString(f.Value) <= maxOption:
		element = search(f)
	default:
		element = written(f)
	}
	var hint *slack.TextBlockObject
	if f.Hint != "" {
		hint = plain(clip(f.Hint, maxBeside))
	}
	b := slack.NewInputBlock(blockID(form, f), plain(clip(f.Label, maxBeside)), hint, element)
	b.Optional = !f.Required
	return b
}

func written(f bot.Field) slack.BlockElement {
	most := min(cmp.Or(f.Max, 200), maxInput)
	e := slack.NewPlainTextInputBlockElement(nil, f.Name)
	e.InitialValue, e.MaxLength = string([]rune(f.Value)[:min(most, utf8.RuneCountInString(f.Value))]), most
	return e
}

// betweenPlaces separates the channels in the value of a field.
const betweenPlaces = "; "

// pickables are the channels in a field's value. ok is false if one of them cannot be picked.
func pickables(f bot.Field) (ids []string, ok bool) {
	if f.Value == "" {
		return nil, true
	}
	texts := []string{f.Value}
	if f.Several {
		texts = strings.Split(f.Value, strings.TrimSpace(betweenPlaces))
	}
	for _, text := range texts {
		at, err := bot.ParsePlace(strings.TrimSpace(text))
		if err != nil || !pickable(at) {
			return nil, false
		}
		ids = append(ids, at.Channel)
	}
	return ids, true
}

// picker is a control to pick channels. At first it shows the field's channels or, if there are
// none and one is required, the channel in which the form was opened. A single optional channel
// is picked from a list of at most one, because only there can it be removed.
func picker(f bot.Field, at []string, q request) slack.BlockElement {
	here := len(at) == 0 && f.Required && q.channel != "" && !q.direct()
	filter := &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeBotUsers: true}
	if f.Required && !f.Several {
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, nil, f.Name)
		e.InitialConversation, e.DefaultToCurrentConversation, e.Filter = strings.Join(at, ""), here, filter
		return e
	}
	e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeConversations, nil, f.Name)
	e.InitialConversations, e.DefaultToCurrentConversation, e.Filter = at, here, filter
	if !f.Several {
		one := 1
		e.MaxSelectedItems = &one
	}
	return e
}

// search is a field for which the core offers choices from the first letter on; see suggest.
func search(f bot.Field) slack.BlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, f.Name)
	none := 0
	e.MinQueryLength = &none
	if f.Value != "" {
		e.InitialOption = slack.NewOptionBlockObject(f.Value, plain(f.Value), nil)
	}
	return e
}

// maxGroup is how many options a group of radio buttons or checkboxes has.
// https://docs.slack.dev/reference/block-kit/block-elements
const maxGroup = 10

// selection is a control to pick choices. Several of few are checkboxes, one of few is radio
// buttons, one of more is a menu.
func selection(f bot.Field) slack.BlockElement {
	var options, initial []*slack.OptionBlockObject
	picked, _ := f.Picked()
	for _, c := range f.Options()[:min(len(f.Choices), maxOptions)] {
		if c.Value == "" || c.Name == "" || len(c.Value) > maxOption {
			continue // Slack accepts no such option
		}
		o := slack.NewOptionBlockObject(c.Value, plain(clip(c.Name, maxLabel)), nil)
		if slices.Contains(picked, c.Value) {
			initial = append(initial, o)
		}
		options = append(options, o)
	}
	if f.Several {
		e := slack.NewCheckboxGroupsBlockElement(f.Name, options...)
		e.InitialOptions = initial
		return e
	}
	var first *slack.OptionBlockObject
	if len(initial) > 0 {
		first = initial[0]
	}
	if len(options) <= maxGroup {
		e := slack.NewRadioButtonsBlockElement(f.Name, options...)
		e.InitialOption = first
		return e
	}
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, f.Name, options...)
	e.InitialOption = first
	return e
}

// beside returns what is wrong with a form's fields, by the names of their blocks on the
// screen. ok is false if one of the fields is not on the screen.
func beside(f bot.Form, screen map[string]string) (errs map[string]string, ok bool) {
	errs = make(map[string]string)
	for _, field := range f.Fields {
		block, there := screen[field.Name]
		if !there {
			return nil, false
		}
		if field.Error != nil {
			errs[block] = strings.TrimSpace(words.Plain(field.Error))
		}
	}
	return errs, len(errs) > 0
}
