package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// answerCommand shows the answer to a command: in the acknowledgement, if there is still time
// and room for it. Further parts of a long answer follow.
func (s *serving) answerCommand(v *intake.Visit, q request, answer bot.Answer, a *ack, promised bool) {
	if answer.Form != nil || promised {
		_ = a.give(nil, true)
		s.answer(v, q, answer)
		return
	}
	drawn, err := s.draw(answer.Message, q.lang)
	if err == nil && len(drawn[0].fresh) <= a.room && (a.sure == nil || a.sure()) && a.give(drawn[0].fresh, len(drawn) > 1) == nil {
		if drawn = drawn[1:]; len(drawn) == 0 {
			return
		}
	}
	_ = a.give(nil, true)
	ctx, cancel := context.WithTimeout(v.Out(), tellTime)
	defer cancel()
	s.present(ctx, q, drawn, err, false)
}

// answer shows an answer to the person who asked, and to nobody else.
func (s *serving) answer(v *intake.Visit, q request, a bot.Answer) {
	ctx, cancel := context.WithTimeout(v.Out(), tellTime)
	defer cancel()
	w := s.in(q.lang)
	switch {
	case q.view != "":
		s.replace(ctx, q, answerModal(a, q, w))
	case q.home, q.kind == shortcut && q.responseURL == "": // there is no message to answer on
		if err := s.openModal(ctx, q, answerModal(a, q, w)); err != nil {
			s.logOrStop("modal could not be opened", err)
			if q.home {
				err = s.showHome(ctx, q, aside(w.T("That took too long to open here. Please press the button again.")))
			}
			if err != nil {
				s.logOrStop("answer could not be shown", err)
			}
		}
	case a.Form != nil:
		if err := s.openModal(ctx, q, modal(*a.Form, q, w)); err != nil {
			s.logOrStop("form could not be opened", err)
			drawn, err := messageParts(reopen(*a.Form, w), q.lang) // not kept: it has what somebody wrote
			s.present(ctx, q, drawn, err, false)
		}
	default:
		// Only a message that the person alone sees may be replaced.
		drawn, err := s.draw(a.Message, q.lang)
		s.present(ctx, q, drawn, err, a.Update && q.private && q.kind == control)
	}
}

func (s *serving) openModal(ctx context.Context, q request, v slack.ModalViewRequest) error {
	if q.trigger == "" {
		return errors.New("nothing to open it with")
	}
	_, err := s.api.OpenViewContext(ctx, q.trigger, v)
	return fault(err)
}

// reopen offers a form again if it came after the trigger's 3 s. As far as there is room, its
// button carries what was already written.
func reopen(f bot.Form, w *words.Reader) bot.Message {
	m := words.Notice(w.Say("That took too long to open here. Please press the button to open the form.")).Message
	call := f.Call
	call.Flow.Again = true
	fields := slices.Clone(f.Fields)
	for _, field := range fields {
		if field.Value != "" {
			call = call.With(field.Name, field.Value)
		}
	}
	slices.SortStableFunc(fields, func(a, b bot.Field) int { return len(b.Value) - len(a.Value) })
	var lost []string
	for ; encode(call) == "" && len(fields) > 0 && fields[0].Value != ""; fields = fields[1:] {
		delete(call.Args, fields[0].Name)
		lost = append(lost, fields[0].Label)
	}
	if len(lost) > 0 {
		m.Blocks = append(m.Blocks, content.Text(w.T("This was too long to keep here. Please write it again in the form: %s", strings.Join(lost, ", "))))
	}
	m.Actions = []bot.Action{{Label: w.T("Open the form"), Call: call, Style: bot.Primary}}
	return m
}

// replace replaces the view that was answered.
func (s *serving) replace(ctx context.Context, q request, v slack.ModalViewRequest) {
	if _, err := s.api.UpdateViewContext(ctx, v, "", "", q.view); err != nil {
		// The person may have closed the view, which is no fault.
		s.logOrStop("modal could not be updated", fault(err))
	}
}

// draw lays a message out, in one part or more.
func (s *serving) draw(m bot.Message, lang string) ([]messagePart, error) {
	return s.shown.Of(m, lang, func(m bot.Message) ([]messagePart, error) { return messageParts(m, lang) })
}

// present shows a message that was laid out to the person alone, in the thread in which they
// asked, or says that it could not be shown. It uses the request's response URL or, without one,
// chat.postEphemeral. If Slack refuses the layout, it sends only the words. Slack does not
// guarantee that ephemeral messages arrive.
func (s *serving) present(ctx context.Context, q request, drawn []messagePart, err error, update bool) {
	if err != nil {
		s.logOrStop("answer could not be laid out", err)
		drawn = []messagePart{{text: escape(words.Plain(s.name.said(s.in(q.lang).Sorry())))}}
	}
	for _, part := range drawn {
		first := func() error { return s.respond(ctx, q, part, update) }
		second := func() error { return s.postEphemeral(ctx, q, part.text, part.blocks) }
		if q.thread != "" && !update { // a response URL posts outside of the thread
			first, second = second, first
		}
		err := first()
		if err != nil {
			err = second()
		}
		if err != nil && ctx.Err() == nil {
			err = s.postEphemeral(ctx, q, part.text, nil)
		}
		if err != nil {
			s.logOrStop("answer could not be shown", err)
			return
		}
		update = false
	}
}

// messagePart is a message, or one part of a message that is too long, in the form for a
// response URL.
type messagePart struct {
	text    string
	blocks  []slack.Block
	fresh   []byte // JSON of a new message
	inPlace []byte // JSON of a message that replaces the one with the pressed button
}

// messageParts lays a message out.
func messageParts(m bot.Message, lang string) ([]messagePart, error) {
	var out []messagePart
	text := aloud(m)
	for part := range slices.Chunk(render(m, lang), maxBlocks) {
		l := messagePart{text: text, blocks: part}
		body, err := json.Marshal(struct {
			Text   string        `json:"text"`
			Blocks []slack.Block `json:"blocks,omitempty"`
			Type   string        `json:"response_type"`
			Parse  string        `json:"parse"`
			Links  bool          `json:"unfurl_links"`
			Media  bool          `json:"unfurl_media"`
		}{Text: text, Blocks: part, Type: slack.ResponseTypeEphemeral, Parse: "none"})
		if err != nil {
			return nil, fmt.Errorf("slack: %w", err)
		}
		open := slices.Clip(body[:len(body)-1])
		l.fresh, l.inPlace = append(open, `,"replace_original":false}`...), append(open, `,"replace_original":true}`...)
		out = append(out, l)
	}
	return out, nil
}

// isSlacks tells whether an address that a payload names is at Slack's hosts, or at the host of
// SLACK_API_URL. An answer is sent to no other.
func (a *Adapter) isSlacks(address string) bool {
	to, err := url.Parse(address)
	if err != nil {
		return false
	}
	api, err := url.Parse(a.c.APIURL)
	if err == nil && to.Scheme == api.Scheme && to.Host == api.Host {
		return true
	}
	host := "." + to.Hostname()
	return to.Scheme == "https" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

// respond posts to the request's response URL.
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
func (s *serving) respond(ctx context.Context, q request, l messagePart, update bool) error {
	body := l.fresh
	if update {
		body = l.inPlace
	}
	if q.responseURL == "" || body == nil {
		return errors.New("no response URL")
	}
	if !s.isSlacks(q.responseURL) {
		return errors.New("the response URL leads to another host")
	}
	ctx, cancel := context.WithTimeout(ctx, s.http.Timeout) // leaves time for another way to answer
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, q.responseURL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the response URL cannot be used") // the original error contains the URL
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	client := *s.http
	client.Timeout = 0 // the context bounds the time at less cost
	resp, err := client.Do(r)
	if err != nil {
		return fault(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be reused
	if resp.StatusCode != http.StatusOK {
		return fault(slack.StatusCodeError{Code: resp.StatusCode})
	}
	return nil
}

// postEphemeral shows a message by chat.postEphemeral, in the thread in which the person asked
// or, if that is gone, in its channel.
func (s *serving) postEphemeral(ctx context.Context, q request, text string, blocks []slack.Block) error {
	if q.channel == "" {
		return errors.New("no channel to answer in")
	}
	options := textOptions(text, blocks)
	if q.thread != "" {
		_, err := s.api.PostEphemeralContext(ctx, q.channel, q.user, append(slices.Clip(options), slack.MsgOptionTS(q.thread))...)
		if err = fault(err); !errors.Is(err, errThread) {
			return err
		}
	}
	_, err := s.api.PostEphemeralContext(ctx, q.channel, q.user, options...)
	return fault(err)
}

// submitted answers a filled form. The acknowledgement can carry the answer, so it waits a
// little for the core. An answer that comes later or is too large replaces a view that asks for
// patience.
func (s *serving) submitted(v *intake.Visit, q request, a *ack) {
	s.asked(v, q, intake.Question{
		Quick:   ackTime,
		Promise: func() bool { s.promise(v, q, a); return true },
	}, func(q request, answer bot.Answer, promised bool) {
		if !promised {
			if a.with(verdict(q, answer, s.in(q.lang)), false) {
				return
			}
			s.promise(v, q, a)
		}
		s.answer(v, q, answer)
	})
}

// settling is how long Slack gets to show the view in the acknowledgement. The later update
// travels another way and must not arrive first.
const settling = 500 * time.Millisecond

// promise shows a view that asks for patience in place of the form.
func (s *serving) promise(v *intake.Visit, q request, a *ack) {
	w := s.in(q.lang)
	if a.with(instead(words.Notice(w.Say("One moment, please.")), q, w), true) {
		bot.Sleep(v.Out(), settling)
	}
}

// instead shows an answer in place of the form that is being acknowledged.
func instead(a bot.Answer, q request, w *words.Reader) any {
	v := answerModal(a, q, w)
	return slack.NewUpdateViewSubmissionResponse(&v)
}

// verdict is an answer in the form's acknowledgement: errors are shown at their fields,
// anything else replaces the form.
func verdict(q request, a bot.Answer, w *words.Reader) any {
	if block := q.screen[a.Field]; a.Form == nil && block != "" { // keeps the form open with what was written
		return slack.NewErrorsViewSubmissionResponse(map[string]string{block: clip(content.Plain(a.Message.Blocks), maxBeside)})
	}
	if a.Form == nil {
		return instead(a, q, w)
	}
	// To show errors at the fields, Slack leaves the rest of the view as it is: the text above
	// and below, and the form's call.
	same := !q.says && len(a.Form.Preview) == 0 && a.Form.Call.Encode() == q.form
	if errs, ok := beside(*a.Form, q.screen); ok && same {
		return slack.NewErrorsViewSubmissionResponse(errs)
	}
	return instead(a, q, w)
}
