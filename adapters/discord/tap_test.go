package discord

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
)

// bytesConn is a connection on which these bytes arrive.
type bytesConn struct {
	net.Conn
	io.Reader
}

func (c bytesConn) Read(p []byte) (int, error) { return c.Reader.Read(p) }
func (bytesConn) Close() error                 { return nil }

const switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

func frame(kind byte, data string) string {
	head := []byte{0x80 | kind}
	switch {
	case len(data) < 126:
		head = append(head, byte(len(data)))
	case len(data) < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(len(data)))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(len(data)))
	}
	return string(head) + data
}

func TestTap(t *testing.T) {
	t.Parallel()
	hello := frame(textFrame, `{"op":10,"d":{"heartbeat_interval":1000}}`)
	long := frame(textFrame, `{"op":0,"d":"`+strings.Repeat("x", 5000)+`"}`)
	longer := frame(textFrame, `{"op":0,"d":"`+strings.Repeat("x", 70000)+`"}`)
	for _, c := range []struct {
		name, in, out string
		want          verdict
		err           error
	}{
		{"everything passes", switching + hello + long + longer + frame(textFrame, `{"op":11}`), "", verdict{}, nil},
		{"op 7 is kept back", switching + hello + frame(textFrame, `{"op":7,"d":null}`) + hello, switching + hello, verdict{op: 7}, errEnded},
		{"op 9", switching + frame(textFrame, `{"op":9,"d":true}`), switching, verdict{op: 9, resumable: true}, errEnded},
		{"op 9, gone", switching + frame(textFrame, `{"op":9,"d":false}`), switching, verdict{op: 9}, errEnded},
		{"close code", switching + long + frame(closeFrame, "\x0f\xa4bye"), switching + long, verdict{code: 4004}, errEnded},
		{"null", switching + frame(textFrame, "null"), switching, verdict{}, errEnded},
		{"no heartbeat", switching + frame(textFrame, `{"op":10,"d":{}}`), switching, verdict{}, errEnded},
		{"not a socket", "HTTP/1.1 502 Bad Gateway\r\n\r\n" + frame(textFrame, `{"op":7}`), "", verdict{}, nil},
		{"half a frame", switching + hello[:9], switching, verdict{}, io.ErrUnexpectedEOF},
	} {
		greeted := false
		tp := newTap(bytesConn{Reader: strings.NewReader(c.in)}, func() { greeted = true })
		got, err := io.ReadAll(tp)
		want := c.out
		if want == "" {
			want = c.in
		}
		if string(got) != want || !errors.Is(err, c.err) || tp.end() != c.want {
			t.Errorf("%s: %d bytes of %d, %+v, %v", c.name, len(got), len(want), tp.end(), err)
		}
		if greeted != strings.Contains(want, hello) {
			t.Errorf("%s: greeted %v", c.name, greeted)
		}
		select {
		case <-tp.done:
		default:
			t.Errorf("%s: not over", c.name)
		}
	}
}

// A peer that died just after it answered a heartbeat is noticed within two, and
// at Discord's interval with time left to be connected again within a minute.
func TestDeadPeerIsNoticed(t *testing.T) {
	t.Parallel()
	for interval, want := range map[time.Duration]time.Duration{
		300 * time.Millisecond:   450 * time.Millisecond,
		10 * time.Second:         15 * time.Second,
		41250 * time.Millisecond: 51250 * time.Millisecond,
	} {
		tp := newTap(bytesConn{}, func() {})
		tp.interval, tp.ack = interval, time.Now()
		if got := tp.deadline().Sub(tp.ack); got != want || got > 2*interval || got > 55*time.Second {
			t.Errorf("%s between heartbeats: given up after %s, want %s", interval, got, want)
		}
	}
}

func FuzzTap(f *testing.F) {
	f.Add([]byte(switching + frame(textFrame, `{"op":10,"d":{"heartbeat_interval":1000}}`) + frame(closeFrame, "\x0f\xa4")))
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\nhello"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tp := newTap(bytesConn{Reader: bytes.NewReader(raw)}, func() {})
		got, _ := io.ReadAll(tp)
		if !bytes.HasPrefix(raw, got) {
			t.Errorf("%q became %q", raw, got)
		}
	})
}

// BenchmarkAnswer is a command from the gateway to its answer at the fake.
func BenchmarkAnswer(b *testing.B) {
	s, err := discordtest.Start(discordtest.Options{Forget: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	a, err := New(Config{Token: discordtest.Token, APIURL: s.URL, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- a.Serve(ctx, core{}) }()
	if err := s.AwaitReady(ctx, 1); err != nil {
		b.Fatal(err)
	}
	ready := time.Since(began)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}).Answer(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ready.Milliseconds()), "ms-to-ready")
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
}
