package discord

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// modal is the body of a form.
type modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
}

// form renders a form that is opened in a server or in a direct message:
// https://docs.discord.com/developers/components/reference#label
func form(f bot.Form, server string) (modal, error) {
	id := f.Call.Encode()
	if id == "" {
		return modal{}, errCall
	}
	out := modal{CustomID: id, Title: cut(f.Title, 45), Components: []component{}}
	if len(f.Fields) < 1 || len(f.Fields) > bot.MaxFields {
		return modal{}, fmt.Errorf("a form of %d fields: Discord shows 1 to %d", len(f.Fields), bot.MaxFields)
	}
	if texts := pack(layout(bot.Message{Blocks: f.Preview}), maxText); len(texts) > 0 && len(f.Fields) < bot.MaxFields {
		out.Components = append(out.Components, textDisplay(texts[0]))
	}
	for _, fd := range f.Fields {
		in := input(fd, server)
		in.CustomID, in.Required = fd.Name, &fd.Required
		hint := fd.Hint
		if in.Options != nil {
			hint = "" // it explains how to write a value, but here one is picked
		}
		if fd.Error != nil {
			hint = strings.TrimSpace(words.Plain(fd.Error) + " " + hint)
		}
		out.Components = append(out.Components, component{Type: typeLabel, Label: cut(fd.Label, 45), Description: cut(hint, 100), Component: &in})
	}
	return out, nil
}

// input is the control of a field: a list to pick from if Discord can show all choices,
// otherwise a text field.
func input(fd bot.Field, server string) component {
	if fd.Place || fd.Role {
		if in, ok := picker(fd, server); ok {
			return in
		}
	}
	if in, ok := choices(fd); ok {
		return in
	}
	in := component{Type: typeInput, Style: 1, Value: readAs(fd), MaxLength: min(cmp.Or(fd.Max, 200), 4000)}
	if in.MaxLength > 300 {
		in.Style = 2 // several lines
	}
	in.Value = cut(in.Value, in.MaxLength)
	return in
}

// choices is the control to pick from, if Discord can show all choices. Several of few are
// checkboxes, one of few is radio buttons, one of more is a menu.
func choices(fd bot.Field) (component, bool) {
	picked, ok := fd.Picked()
	n := len(fd.Choices)
	if !ok || n == 0 || n > maxOptions || fd.Several && n > maxGroup {
		return component{}, false
	}
	in := component{Type: typeMenu}
	switch {
	case fd.Several:
		in.Type = typeChecks
		if !fd.Required {
			in.MinValues = new(int)
		}
	case n > 1 && n <= maxGroup:
		in.Type = typeRadio
	}
	in.Options = bot.Each(fd.Options(), func(c bot.Choice) option {
		return option{Label: cut(c.Name, maxOption), Value: c.Value, Default: slices.Contains(picked, c.Value)}
	})
	return in, true
}

// channelTypes are the types of the channels that can be posted to.
func channelTypes() []int {
	return []int{
		int(discordgo.ChannelTypeGuildText), int(discordgo.ChannelTypeGuildVoice), int(discordgo.ChannelTypeGuildNews), int(discordgo.ChannelTypeGuildNewsThread),
		int(discordgo.ChannelTypeGuildPublicThread), int(discordgo.ChannelTypeGuildPrivateThread), int(discordgo.ChannelTypeGuildStageVoice), int(discordgo.ChannelTypeGuildForum),
	}
}

// picker is a menu of the server's channels that take messages, or of its roles. There is none
// outside of a server, or for a channel on another platform.
func picker(fd bot.Field, server string) (component, bool) {
	in := component{Type: typeChannels, Channels: channelTypes()}
	if fd.Role {
		in = component{Type: typeRoles}
	}
	if !fd.Required {
		in.MinValues = new(int)
	}
	if fd.Value == "" {
		return in, isID(server)
	}
	p, err := bot.ParsePlace(fd.Value)
	kind := discordgo.SelectMenuDefaultValueChannel
	if fd.Role {
		var r bot.Role
		r, err = bot.ParseRole(fd.Value)
		p, kind = bot.Place{Platform: r.Platform, Space: r.Space, Channel: r.ID}, discordgo.SelectMenuDefaultValueRole
	}
	in.Chosen = []discordgo.SelectMenuDefaultValue{{ID: p.Channel, Type: kind}}
	return in, isID(server) && err == nil && p.Platform == bot.Discord && p.Space == server
}

// readAs is a field's value as people read and write it: for a choice, its name.
func readAs(fd bot.Field) string {
	for _, c := range fd.Choices {
		if c.Value == fd.Value && c.Value != "" {
			return c.Name
		}
	}
	return fd.Value
}

// drawForm draws a message in place of a form where Discord allows no form: after a deferral,
// and in answer to a form. Its button asks for the form again. The message itself keeps what
// was filled in, in one text for each field, and Discord sends it back when the button is
// pressed. So nothing is stored here.
func drawForm(f bot.Form, server string, w *words.Reader) (drawn, error) {
	head := bot.Message{Title: f.Title, Blocks: slices.Clone(f.Preview)}
	call := f.Call
	call.Flow.Again = true
	if call.Encode() == "" {
		call = f.Call // the button opens the same form, though no field is missing
	}
	var wrong [][]content.Span
	for _, fd := range f.Fields {
		if fd.Error != nil {
			wrong = append(wrong, words.Join(fd.Label+": ", fd.Error))
		}
	}
	if len(wrong) > 0 {
		head.Blocks = append(head.Blocks, words.Bullets(wrong...))
	}
	below := textDisplay("-# " + escape(words.Plain(words.Pointer(w))))
	values, long := kept(f.Fields, server, w, maxText-size(below.Content))
	if long != "" {
		head.Blocks = append(head.Blocks, content.Text(long))
	}
	controls, err := rows(bot.Message{Actions: []bot.Action{{Label: w.T("Open the form"), Call: call, Style: bot.Primary}}})
	if err != nil {
		return drawn{}, err
	}
	last := slices.Concat(values, controls, []component{below})
	texts := pack(layout(head), maxText)
	var all []payload
	for i, t := range texts {
		parts := []component{textDisplay(t)}
		if i == len(texts)-1 && textSize(last)+size(t) <= maxText {
			last = append(parts, last...)
			break
		}
		all = append(all, onlyFor(parts))
	}
	return finish(append(all, onlyFor(last))), nil
}

// kept writes the fields' values that fit into n characters, and tells which do not.
func kept(fields []bot.Field, server string, w *words.Reader, n int) (values []component, long string) {
	var not []string
	for _, fd := range fields {
		t := component{Type: typeText, ID: partID(fd.Name), Content: keep(fd, server)}
		if n -= size(t.Content); n < 0 {
			n += size(t.Content)
			not = append(not, fd.Label)
			continue
		}
		values = append(values, t)
	}
	if len(not) == 0 {
		return values, ""
	}
	return values, w.T("This was too long to keep here. Please write it again in the form: %s", strings.Join(not, ", "))
}

func textSize(list []component) int {
	n := 0
	for _, c := range list {
		n += size(c.Content)
	}
	return n
}

// partID is the ID of the text that keeps a field's value:
// https://docs.discord.com/developers/components/reference#anatomy-of-a-component
func partID(field string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(field))    // never fails
	return int(h.Sum32()>>1) | 1<<16 // no ID that Discord gives out itself
}

// keep writes a field with its value below, for restore to read.
func keep(fd bot.Field, server string) string {
	label := "**" + escape(oneLine(fd.Label)) + "**"
	p, err := bot.ParsePlace(fd.Value)
	switch {
	case strings.TrimSpace(fd.Value) == "":
		return label + " –"
	case fd.Place && err == nil && p.Platform == bot.Discord && p.Space == server:
		return label + "\n<#" + p.Channel + ">"
	}
	if r, err := bot.ParseRole(fd.Value); fd.Role && err == nil && r.Platform == bot.Discord && r.Space == server {
		return label + "\n<@&" + r.ID + ">"
	}
	return label + "\n" + escape(strings.TrimSpace(readAs(fd)))
}

// restore fills a form's fields with the values that the message with its button has kept. They
// come from outside and are trusted no more than what is typed into a form.
func (in interaction) restore(f bot.Form) bot.Form {
	if in.Message == nil || in.Type != discordgo.InteractionMessageComponent {
		return f
	}
	said := map[int]string{}
	for _, c := range in.Message.Components {
		for _, part := range append([]part{c.part}, c.Parts...) {
			if part.ID != 0 && part.Type == typeText {
				said[part.ID] = part.Content
			}
		}
	}
	f.Fields = slices.Clone(f.Fields)
	for i, fd := range f.Fields {
		if text, ok := said[partID(fd.Name)]; ok {
			_, value, _ := strings.Cut(text, "\n")
			f.Fields[i].Value = in.value(cut(value, maxText))
		}
	}
	return f
}

var (
	channelMention = regexp.MustCompile(`^<#([0-9]{1,20})>$`)
	roleMention    = regexp.MustCompile(`^<@&([0-9]{1,20})>$`)
)

// value reads the value that keep wrote below the label.
func (in interaction) value(s string) string {
	if m := channelMention.FindStringSubmatch(s); m != nil {
		return bot.Place{Platform: bot.Discord, Space: in.GuildID, Channel: m[1]}.String()
	}
	if m := roleMention.FindStringSubmatch(s); m != nil {
		return bot.Role{Platform: bot.Discord, Space: in.GuildID, ID: m[1]}.String()
	}
	return unescape(s)
}
