package discord

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// interaction is what the bot decodes of what a person did. Names and pictures are left out.
// https://docs.discord.com/developers/interactions/receiving-and-responding
type interaction struct {
	came time.Time // when it arrived here

	ID        string                    `json:"id"`
	AppID     string                    `json:"application_id"`
	Token     string                    `json:"token"`
	Type      discordgo.InteractionType `json:"type"`
	GuildID   string                    `json:"guild_id"`
	ChannelID string                    `json:"channel_id"`
	Channel   channel                   `json:"channel"`
	Locale    string                    `json:"locale"`
	User      person                    `json:"user"` // in a direct message
	Member    *struct {
		User        person   `json:"user"`
		Roles       []string `json:"roles"`
		Permissions string   `json:"permissions"`
	} `json:"member"`
	Message *struct {
		Flags      int `json:"flags"`
		Components []struct {
			part
			Parts []part `json:"components"`
		} `json:"components"`
	} `json:"message"`
	Data struct {
		Type       discordgo.ApplicationCommandType `json:"type"`
		Name       string                           `json:"name"`
		Options    []typedOption                    `json:"options"`
		CustomID   string                           `json:"custom_id"`
		Values     []string                         `json:"values"`
		Components []struct {
			Component  *filled  `json:"component"`
			Components []filled `json:"components"`
		} `json:"components"`
	} `json:"data"`
}

// person is whoever did something.
type person struct {
	ID string `json:"id"`
}

// part is a component of the message that has the pressed button.
type part struct {
	Type    int    `json:"type"`
	ID      int    `json:"id"`
	Content string `json:"content"`
}

// channel is the channel in which something was done.
type channel struct {
	Type   discordgo.ChannelType `json:"type"`
	Parent string                `json:"parent_id"`
}

// typedOption is an argument of a command, or a sub-command with its arguments.
type typedOption struct {
	Name    string         `json:"name"`
	Type    int            `json:"type"`
	Value   jsontext.Value `json:"value"`
	Focused bool           `json:"focused"`
	Options []typedOption  `json:"options"`
}

// filled is a form's field with its value.
type filled struct {
	Type     int      `json:"type"`
	CustomID string   `json:"custom_id"`
	Value    string   `json:"value"`
	Values   []string `json:"values"`
}

var (
	errUnreadable = errors.New("not an interaction")
	errStale      = errors.New("not a button of this version")
)

// decode reads an interaction that can be answered.
func decode(raw []byte) (interaction, error) {
	in := interaction{came: time.Now()}
	if err := json.Unmarshal(raw, &in, lenient()); err != nil {
		return in, errUnreadable // the decoder's error would quote what was typed
	}
	if !isID(in.ID) || !isID(in.AppID) || in.Token == "" {
		return in, errUnreadable
	}
	return in, nil
}

// lenient reads what the standard library's first JSON package reads: half of a surrogate pair
// becomes U+FFFD, and of two members with one name the last counts.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

func isID(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// request turns an interaction into a question to the core. focused is the argument that is
// being typed, if any.
func (in interaction) request(moderators []string) (r bot.Request, focused string, err error) {
	r = bot.Request{Platform: bot.Discord, Place: bot.Place{Platform: bot.Discord}, Lang: intake.Locale(in.Locale), Actor: in.actor(moderators), Is: in.is}
	if in.Member != nil && len(in.Member.Roles) > 0 { // only members with roles can be facilitators
		r.In = in.facilitator
	}
	if isID(in.GuildID) && isID(in.ChannelID) {
		r.Place.Space, r.Place.Channel = in.GuildID, in.ChannelID
		if at := (&discordgo.Channel{Type: in.Channel.Type}); at.IsThread() && isID(in.Channel.Parent) {
			r.Around = bot.Place{Platform: bot.Discord, Space: in.GuildID, Channel: in.Channel.Parent}
		}
	}
	switch in.Type {
	case discordgo.InteractionApplicationCommand, discordgo.InteractionApplicationCommandAutocomplete:
		r.Call, focused = in.command()
		return r, focused, nil
	case discordgo.InteractionMessageComponent:
		r.Call, err = in.pressed()
	case discordgo.InteractionModalSubmit:
		r.Call, err = bot.DecodeCall(in.Data.CustomID)
		r.Submit = true
		for _, fd := range in.fields() {
			r.Call = r.Call.With(fd.Name, fd.Value)
		}
	default:
		return r, "", errUnreadable
	}
	if err != nil {
		return r, "", errStale
	}
	return r, "", nil
}

// asksFor tells whether the interaction asks for a command, by name or by a button.
func (in interaction) asksFor(command string) bool {
	switch in.Type {
	case discordgo.InteractionApplicationCommand:
		return in.Data.Name == command
	case discordgo.InteractionMessageComponent:
		c, err := in.pressed()
		return err == nil && c.Command == command
	}
	return false
}

// pressed is the call of a button or of a picked option.
func (in interaction) pressed() (bot.Call, error) {
	id := in.Data.CustomID
	if id == menuID && len(in.Data.Values) == 1 {
		id = in.Data.Values[0]
	}
	id, _ = unstamp(id)
	return bot.DecodeCall(id)
}

// command is the request of a slash command or of a command in a message's menu. Of that
// message nothing is read, not even its ID.
func (in interaction) command() (c bot.Call, focused string) {
	if in.Data.Type == discordgo.MessageApplicationCommand {
		return bot.Call{Command: bot.Help}, ""
	}
	c.Command = in.Data.Name
	opts := in.Data.Options
	if len(opts) == 1 && opts[0].Type == int(discordgo.ApplicationCommandOptionSubCommand) {
		c.Sub, opts = opts[0].Name, opts[0].Options
	}
	for _, o := range opts {
		var s string
		if json.Unmarshal(o.Value, &s, lenient()) != nil {
			s = string(o.Value) // a number or a boolean: none of our arguments, so the core decides
		}
		switch {
		case !isID(s):
		case o.Type == int(discordgo.ApplicationCommandOptionChannel):
			s = bot.Place{Platform: bot.Discord, Space: in.GuildID, Channel: s}.String()
		case o.Type == int(discordgo.ApplicationCommandOptionRole):
			s = bot.Role{Platform: bot.Discord, Space: in.GuildID, ID: s}.String()
		}
		c = c.With(o.Name, s)
		if o.Focused {
			focused = o.Name
		}
	}
	return c, focused
}

// fields are the values in a form. Discord does not send the labels.
func (in interaction) fields() (out []bot.Field) {
	for _, row := range in.Data.Components {
		fields := row.Components
		if row.Component != nil {
			fields = append(fields, *row.Component)
		}
		for _, f := range fields {
			v := f.Value
			if len(f.Values) > 0 {
				v = strings.Join(f.Values, ",") // only checkboxes have several
			}
			switch {
			case v == "":
			case f.Type == typeChannels:
				v = bot.Place{Platform: bot.Discord, Space: in.GuildID, Channel: v}.String()
			case f.Type == typeRoles:
				v = bot.Role{Platform: bot.Discord, Space: in.GuildID, ID: v}.String()
			}
			out = append(out, bot.Field{Name: f.CustomID, Label: f.CustomID, Value: v, Place: f.Type == typeChannels, Role: f.Type == typeRoles})
		}
	}
	return out
}

// actor is whoever did this, but only if the rights that Discord states in the interaction
// allow changes.
func (in interaction) actor(moderators []string) bot.Actor {
	if in.Member == nil || !isID(in.GuildID) || !isID(in.Member.User.ID) {
		return bot.Actor{}
	}
	rights, err := strconv.ParseInt(in.Member.Permissions, 10, 64)
	may := err == nil && rights&(discordgo.PermissionAdministrator|discordgo.PermissionManageGuild) != 0 ||
		slices.ContainsFunc(moderators, func(id string) bool { return slices.Contains(in.Member.Roles, id) })
	if !may {
		return bot.Actor{}
	}
	return bot.Actor{ID: "discord:" + in.Member.User.ID}
}

// is tells whether the user with an ID did this. Discord vouches for that: every interaction
// arrives over the gateway or is signed.
func (in interaction) is(_ context.Context, id string) bool {
	who := in.User
	if in.Member != nil {
		who = in.Member.User
	}
	return isID(id) && who.ID == id
}

// facilitator is whoever did this, if they have the role. Discord states a member's roles in
// each interaction.
func (in interaction) facilitator(_ context.Context, r bot.Role) bot.Actor {
	if !isID(in.GuildID) || !isID(in.Member.User.ID) || r.Platform != bot.Discord || r.Space != in.GuildID || !slices.Contains(in.Member.Roles, r.ID) {
		return bot.Actor{}
	}
	return bot.Actor{ID: "discord:" + in.Member.User.ID, Roles: []bot.Role{r}}
}

// onPrivate tells whether the button stands on a message that only this person
// sees.
func (in interaction) onPrivate() bool {
	return in.Message != nil && in.Message.Flags&flagPrivate != 0
}
