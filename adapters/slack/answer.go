package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// answer shows an answer to the person who asked, and to nobody else.
func (s *serving) answer(ctx context.Context, q ask, a bot.Answer) {
	switch {
	case q.view != "" && a.Form != nil:
		s.replace(ctx, q, modal(*a.Form, q.channel))
	case q.view != "":
		s.replace(ctx, q, sheet(a.Message, q.channel))
	case q.home, q.kind == shortcut && q.responseURL == "": // there is no message to answer on
		v := sheet(a.Message, "")
		if a.Form != nil {
			v = s.layout(q, *a.Form)
		}
		if err := s.openModal(ctx, q, v); err != nil {
			s.trouble("modal could not be opened", err)
			if q.home {
				err = s.showHome(ctx, q, wordsLate)
			}
			if err != nil {
				s.trouble("answer could not be shown", err)
			}
		}
	case a.Form != nil:
		if err := s.openModal(ctx, q, s.layout(q, *a.Form)); err != nil {
			s.trouble("form could not be opened", err)
			s.say(ctx, q, reopen(q, *a.Form), false)
		}
	default:
		// Only what the person alone sees may be replaced: what others see stays.
		s.say(ctx, q, a.Message, a.Update && q.private && q.kind == control)
	}
}

// layout is a form as a modal: one that a shortcut opens may be ours.
func (s *serving) layout(q ask, f bot.Form) slack.ModalViewRequest {
	if q.kind == shortcut && f.Submit == labelGoOn {
		return s.chooser(f, q.channel)
	}
	return modal(f, q.channel)
}

func (s *serving) openModal(ctx context.Context, q ask, v slack.ModalViewRequest) error {
	if q.trigger == "" {
		return errors.New("nothing to open it with")
	}
	_, err := s.api.OpenViewContext(ctx, q.trigger, v)
	return fault(err)
}

// reopen offers a form again, where it came too late for the trigger of 3 s.
func reopen(q ask, f bot.Form) bot.Message {
	m := notice(wordsTooSlow).Message
	call := q.call
	if q.kind != control {
		call = f.Call
	}
	m.Actions = []bot.Action{{Label: labelOpen, Call: call, Style: bot.Primary}}
	return m
}

// replace puts a view in the place of the one that was answered.
func (s *serving) replace(ctx context.Context, q ask, v slack.ModalViewRequest) {
	if _, err := s.api.UpdateViewContext(ctx, v, "", "", q.view); err != nil {
		// The person may have closed it, which is no fault.
		s.trouble("modal could not be updated", fault(err))
	}
}

// say shows a message to the person alone: by the request's response URL, by
// chat.postEphemeral where that is not to be had, and in words alone where the
// layout is refused. Ephemeral messages are not guaranteed to arrive.
func (s *serving) say(ctx context.Context, q ask, m bot.Message, update bool) {
	drawn, err := s.shown.Of(m, leaves)
	if err != nil {
		s.trouble("answer could not be laid out", err)
		drawn = []leaf{{text: wordsSorry}}
	}
	for _, part := range drawn {
		err := s.respond(ctx, q, part, update)
		if err != nil {
			err = s.whisper(ctx, q, part.text, part.blocks)
		}
		if err != nil && ctx.Err() == nil {
			err = s.whisper(ctx, q, part.text, nil)
		}
		if err != nil {
			s.trouble("answer could not be shown", err)
			return
		}
		update = false
	}
}

// leaf is a message, or a part of one that is too long for one, as it is posted
// to a response URL.
type leaf struct {
	text   string
	blocks []slack.Block
	fresh  []byte // JSON of a further message
	stead  []byte // JSON of one in the place of what was pressed
}

// leaves lays a message out.
func leaves(m bot.Message) ([]leaf, error) {
	var out []leaf
	text := words(m)
	for part := range slices.Chunk(render(m), maxBlocks) {
		l := leaf{text: text, blocks: part}
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
		l.fresh, l.stead = append(open, `,"replace_original":false}`...), append(open, `,"replace_original":true}`...)
		out = append(out, l)
	}
	return out, nil
}

// respond posts to the request's response URL.
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
func (s *serving) respond(ctx context.Context, q ask, l leaf, update bool) error {
	body := l.fresh
	if update {
		body = l.stead
	}
	if q.responseURL == "" || body == nil {
		return errors.New("no response URL")
	}
	ctx, cancel := context.WithTimeout(ctx, s.http.Timeout) // there may be another way
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, q.responseURL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the response URL cannot be used") // the error holds it
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	client := *s.http
	client.Timeout = 0 // the context does it at less cost
	resp, err := client.Do(r)
	if err != nil {
		return fault(err)
	}
	defer resp.Body.Close()
	drain(resp.Body)
	if resp.StatusCode != http.StatusOK {
		return fault(slack.StatusCodeError{Code: resp.StatusCode})
	}
	return nil
}

func (s *serving) whisper(ctx context.Context, q ask, text string, blocks []slack.Block) error {
	if q.channel == "" {
		return errors.New("no channel to answer in")
	}
	options := quietly(text, blocks)
	_, err := s.api.PostEphemeralContext(ctx, q.channel, q.user, options...)
	return fault(err)
}

// submitted answers a filled form. Its acknowledgement can carry the answer, so
// it waits for the core a little; an answer that comes later or is too large
// takes the place of a view that asks for patience.
func (s *serving) submitted(ctx context.Context, q ask, ack func(payload any), work *sync.WaitGroup) {
	ready := make(chan bot.Answer, 1)
	work.Go(func() { ready <- s.handle(ctx, q) })
	timer := time.NewTimer(ackTime)
	defer timer.Stop()
	var a bot.Answer
	select {
	case a = <-ready:
		payload := verdict(q, a)
		if b, err := json.Marshal(payload); err == nil && len(b) < maxAck {
			ack(payload)
			return
		}
		s.promise(ctx, q, ack)
	case <-timer.C:
		s.promise(ctx, q, ack)
		a = <-ready
	}
	s.answer(ctx, q, a)
}

// settling is how long Slack gets to show the acknowledgement's view: it takes
// another way than the update that follows, which must not be overtaken by it.
const settling = 500 * time.Millisecond

// promise asks for patience in the form's place.
func (s *serving) promise(ctx context.Context, q ask, ack func(payload any)) {
	ack(patience(q))
	timer := time.NewTimer(settling)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func patience(q ask) any {
	v := sheet(notice(wordsWait).Message, q.channel)
	return slack.NewUpdateViewSubmissionResponse(&v)
}

// verdict is an answer as the acknowledgement of a form carries it: errors stand
// beside the fields they are about, anything else takes the form's place.
func verdict(q ask, a bot.Answer) any {
	if a.Form == nil {
		v := sheet(a.Message, q.channel)
		return slack.NewUpdateViewSubmissionResponse(&v)
	}
	// What is said above or below the fields would be left standing beside them.
	if errs, ok := beside(*a.Form, q.screen); ok && !q.says && len(a.Form.Preview) == 0 {
		return slack.NewErrorsViewSubmissionResponse(errs)
	}
	v := modal(*a.Form, q.channel)
	return slack.NewUpdateViewSubmissionResponse(&v)
}

// drain empties an answer that nobody reads, so that its connection can be used
// again.
func drain(r io.Reader) { _, _ = io.Copy(io.Discard, io.LimitReader(r, 64<<10)) }
