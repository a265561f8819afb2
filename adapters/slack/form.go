package slack

import (
	"crypto/sha256"
	"encoding/hex"
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
	says := len(blocks) > 0
	for _, field := range f.Fields {
		blocks = append(blocks, input(f, field))
		if field.Error != "" {
			blocks, says = append(blocks, quiet(field.Error)), true
		}
	}
	v := view(f.Title, channel, blocks)
	v.Close, v.Submit = plain(labelCancel), plain(labelSubmit)
	if f.Submit != "" {
		v.Submit = plain(clip(f.Submit, maxTitle))
	}
	v.PrivateMetadata = keep{Call: f.Call.Encode(), Channel: channel, Says: says}.String()
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

// blockID names a field's block anew whenever the form or what stands in the
// field at first is another. Slack keeps what was typed into a block of the same
// name, so that otherwise nobody would see what somebody else saved meanwhile.
// https://docs.slack.dev/reference/views/modal-views
func blockID(f bot.Form, field bot.Field) string {
	sum := sha256.Sum256([]byte(f.Call.Encode() + "\x00" + field.Value))
	return fieldID + field.Name + "." + hex.EncodeToString(sum[:4])
}

func input(form bot.Form, f bot.Field) slack.Block {
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
	b := slack.NewInputBlock(blockID(form, f), plain(clip(f.Label, maxBeside)), hint, element)
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

// beside gives what is wrong with a form's fields, by the names that their blocks
// have on the screen; ok is false where a field is not there.
func beside(f bot.Form, screen map[string]string) (errs map[string]string, ok bool) {
	errs = make(map[string]string)
	for _, field := range f.Fields {
		block, there := screen[field.Name]
		if !there {
			return nil, false
		}
		if field.Error != "" {
			errs[block] = strings.TrimSpace(field.Error)
		}
	}
	return errs, len(errs) > 0
}
