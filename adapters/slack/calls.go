package slack

import (
	"encoding/json"
	"regexp"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// maxValue is how much a button carries: Slack counts characters, this program bytes.
// https://docs.slack.dev/reference/block-kit/block-elements/button-element
const maxValue = 2000

// longCall encodes a call that is longer than the core's own, because it carries what somebody
// wrote into a form.
type longCall struct {
	Command string            `json:"c"`
	Sub     string            `json:"s,omitempty"`
	Args    map[string]string `json:"a"`
	Flow    bot.Flow          `json:"f,omitzero"`
}

// encode writes a call for a button; empty if it does not fit.
func encode(c bot.Call) string {
	if short := c.Encode(); short != "" {
		return short
	}
	b, err := json.Marshal(longCall(c))
	if err != nil || len(b) > maxValue || !proper(c) {
		return ""
	}
	return string(b)
}

// decodeCall reads what encode wrote. It comes from outside and is not trusted.
func decodeCall(text string) (bot.Call, error) {
	if !strings.HasPrefix(text, "{") {
		return bot.DecodeCall(text)
	}
	var c longCall
	if len(text) > maxValue || json.Unmarshal([]byte(text), &c) != nil || !proper(bot.Call(c)) {
		return bot.Call{}, errPayload
	}
	return bot.Call(c), nil
}

// proper tells whether the names in a call are valid names.
func proper(c bot.Call) bool {
	for name := range c.Args {
		if only(name, 40, "abcdefghijklmnopqrstuvwxyz-") == "unknown" {
			return false
		}
	}
	return bot.Call{Command: c.Command, Sub: c.Sub}.Encode() != ""
}

// controlID is the action_id of a button or menu. It contains the language unless that is
// English: when the control is pressed, nothing else tells the language.
func controlID(kind, lang, rest string) string {
	if lang == "" {
		return kind + rest
	}
	return kind + lang + "." + rest
}

// tag matches a language in an action_id: a BCP 47 tag.
var tag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// spoken reads the language from the rest of an action_id after the control's kind. A call
// begins with a digit, so it is never taken for a language.
func spoken(rest string) (lang, tail string) {
	head, tail, ok := strings.Cut(rest, ".")
	if !ok || intake.Locale(head) == "" || !tag.MatchString(head) {
		return "", rest
	}
	return head, tail
}
