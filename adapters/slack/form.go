package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// Limits of modals, in characters. https://docs.slack.dev/surfaces/modals
const (
	maxTitle  = 24
	maxInput  = 3000
	maxBeside = 2000 // label and hint of an input
)

const fieldID = "field."

// modal lays a form out, remembering where it was asked for.
func modal(f bot.Form, channel string) slack.ModalViewRequest {
	blocks := prose(f.Preview)
	for _, field := range f.Fields {
		blocks = append(blocks, input(field))
		if field.Error != "" {
			blocks = append(blocks, quiet(field.Error))
		}
	}
	v := view(f.Title, channel, blocks)
	v.Close, v.Submit = plain(labelCancel), plain(labelSubmit)
	if f.Submit != "" {
		v.Submit = plain(clip(f.Submit, maxTitle))
	}
	v.PrivateMetadata = keep{Call: f.Call.Encode(), Channel: channel}.String()
	return v
}

// sheet shows a message in a modal.
func sheet(m bot.Message, channel string) slack.ModalViewRequest {
	title := m.Title
	if len([]rune(title)) <= maxTitle {
		m.Title = "" // it stands above already
	} else {
		title = ""
	}
	blocks := render(m)
	return view(title, channel, blocks[:min(len(blocks), maxModal)])
}

func view(title, channel string, blocks []slack.Block) slack.ModalViewRequest {
	if title == "" {
		title = titleModal
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(clip(title, maxTitle)), Close: plain(labelClose),
		Blocks: slack.Blocks{BlockSet: blocks}, PrivateMetadata: keep{Channel: channel}.String(),
	}
}

func input(f bot.Field) slack.Block {
	var element slack.BlockElement
	if len(f.Choices) > 0 {
		element = selection(f)
	} else {
		most := f.Max
		if most <= 0 {
			most = 200
		}
		most = min(most, maxInput)
		text := slack.NewPlainTextInputBlockElement(nil, f.Name)
		text.InitialValue, text.MaxLength = string([]rune(f.Value)[:min(most, len([]rune(f.Value)))]), most
		element = text
	}
	var hint *slack.TextBlockObject
	if f.Hint != "" {
		hint = plain(clip(f.Hint, maxBeside))
	}
	b := slack.NewInputBlock(fieldID+f.Name, plain(clip(f.Label, maxBeside)), hint, element)
	b.Optional = !f.Required
	return b
}

func selection(f bot.Field) slack.BlockElement {
	var options []*slack.OptionBlockObject
	var initial *slack.OptionBlockObject
	for _, c := range f.Choices[:min(len(f.Choices), maxOptions)] {
		o := slack.NewOptionBlockObject(c.Value, plain(clip(c.Name, maxLabel)), nil)
		if c.Value == f.Value {
			initial = o
		}
		options = append(options, o)
	}
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, f.Name, options...)
	e.InitialOption = initial
	return e
}

// beside gives what is wrong with a form's fields, by block_id.
func beside(f bot.Form) map[string]string {
	out := make(map[string]string)
	for _, field := range f.Fields {
		if field.Error != "" {
			out[fieldID+field.Name] = strings.TrimSpace(field.Error)
		}
	}
	return out
}
