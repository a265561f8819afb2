package discord

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net"
	"sync"
	"time"
)

// tap is a gateway connection that is watched. discordgo answers op 9 at once,
// deadlocks when RESUME is answered by op 7, keeps close codes to itself and
// ends sessions with 1000, which forbids RESUME. The tap sees these frames first,
// notes them for the supervisor and ends the connection instead.
type tap struct {
	net.Conn
	r       *bufio.Reader
	onHello func()

	pending []byte // read and looked at, not yet handed on
	through int64  // bytes still to hand on unseen: the rest of a long frame, or what is no WebSocket
	frames  bool   // the HTTP answer has been read

	mu       sync.Mutex
	interval time.Duration // between heartbeats; 0 before HELLO
	ack      time.Time     // of the last answer to a heartbeat
	verdict  verdict
	done     chan struct{} // closed at the end
	over     bool
}

// verdict is how a connection ended.
type verdict struct {
	op        int  // 7 or 9, if one of them ended it
	resumable bool // with op 9
	code      int  // Discord's close code, if it gave one
}

// Gateway operations: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
const (
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// looked bounds the frames that are looked at; all control messages are shorter.
const looked = 4096

var errEnded = errors.New("gateway connection ended")

func newTap(c net.Conn, onHello func()) *tap {
	return &tap{Conn: c, r: bufio.NewReaderSize(c, 2*looked), onHello: onHello, done: make(chan struct{})}
}

// Read hands on what arrived, frame by frame.
func (t *tap) Read(p []byte) (int, error) {
	for {
		if len(t.pending) > 0 {
			n := copy(p, t.pending)
			t.pending = t.pending[n:]
			return n, nil
		}
		if t.through > 0 {
			n, err := t.r.Read(p[:min(int64(len(p)), t.through)])
			t.through -= int64(n)
			return n, t.ended(err)
		}
		read := t.readHead
		if t.frames {
			read = t.readFrame
		}
		if err := read(); err != nil {
			return 0, t.ended(err)
		}
	}
}

// ended notes that nothing more will come.
func (t *tap) ended(err error) error {
	if err != nil {
		t.finish()
	}
	return err
}

func (t *tap) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.over {
		t.over = true
		close(t.done)
	}
}

// readHead reads one line of the HTTP answer; an empty one ends it.
func (t *tap) readHead() error {
	line, err := t.r.ReadSlice('\n')
	if err != nil {
		return err
	}
	t.pending = bytes.Clone(line)
	switch {
	case bytes.HasPrefix(line, []byte("HTTP/")) && !bytes.Contains(line, []byte(" 101 ")):
		t.through = math.MaxInt64 // an HTTP error
	case len(bytes.TrimSpace(line)) == 0:
		t.frames = true
	}
	return nil
}

// readFrame reads a frame's head, and the frame if it is short.
// https://www.rfc-editor.org/rfc/rfc6455#section-5.2
func (t *tap) readFrame() error {
	head, err := t.r.Peek(2)
	if err != nil {
		return err
	}
	kind, size, n := head[0]&0xf, int64(head[1]&0x7f), 2
	switch size {
	case 126:
		n = 4
	case 127:
		n = 10
	}
	if head, err = t.r.Peek(n); err != nil {
		return err
	}
	switch n {
	case 4:
		size = int64(binary.BigEndian.Uint16(head[2:]))
	case 10:
		size = int64(binary.BigEndian.Uint64(head[2:]) & (1<<63 - 1))
	}
	if size > looked {
		t.pending = bytes.Clone(head)
		t.through = size
		_, err = t.r.Discard(n)
		return err
	}
	frame := make([]byte, n+int(size))
	if _, err := io.ReadFull(t.r, frame); err != nil {
		return err
	}
	if err := t.look(kind, frame[n:]); err != nil {
		return err
	}
	t.pending = frame
	return nil
}

const (
	textFrame  = 1
	closeFrame = 8
)

// look notes what a frame means for the connection. An error keeps the frame
// from discordgo and ends the connection.
func (t *tap) look(kind byte, data []byte) error {
	if kind == closeFrame && len(data) >= 2 {
		t.mu.Lock()
		t.verdict.code = int(binary.BigEndian.Uint16(data))
		t.mu.Unlock()
		return errEnded
	}
	if kind != textFrame {
		return nil
	}
	var p struct {
		Op int             `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if json.Unmarshal(data, &p) != nil {
		return nil //nolint:nilerr // discordgo's to complain
	}
	if string(bytes.TrimSpace(data)) == "null" {
		return errEnded // discordgo would panic
	}
	switch p.Op {
	case opHello:
		var h struct {
			Interval int64 `json:"heartbeat_interval"` // milliseconds
		}
		if json.Unmarshal(p.D, &h) != nil || h.Interval <= 0 {
			return errEnded // discordgo's ticker would panic
		}
		t.mu.Lock()
		t.interval, t.ack = time.Duration(h.Interval)*time.Millisecond, time.Now()
		t.mu.Unlock()
		t.onHello()
	case opAck:
		t.acked()
	case opReconnect, opInvalid:
		t.mu.Lock()
		t.verdict.op = p.Op
		t.verdict.resumable = string(bytes.TrimSpace(p.D)) == "true"
		t.mu.Unlock()
		return errEnded
	}
	return nil
}

func (t *tap) acked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ack = time.Now()
}

// patience is how long an answer to a heartbeat may take.
const patience = 10 * time.Second

// deadline is when silence means that the peer is dead: within two heartbeats,
// and at Discord's 41.25 s early enough to be connected again within a minute.
func (t *tap) deadline() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ack.Add(t.interval + min(t.interval/2, patience))
}

// alive tells whether the connection has lived for a heartbeat.
func (t *tap) alive(since time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(since) > t.interval
}

func (t *tap) end() verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.verdict
}

// Write hands on what discordgo sends, but not its close frames.
func (t *tap) Write(p []byte) (int, error) {
	if len(p) > 0 && p[0] == 0x80|closeFrame {
		return len(p), nil
	}
	return t.Conn.Write(p)
}

// hangUp closes the connection with a code: 1000 ends the session, 4000 lets it
// be resumed.
func (t *tap) hangUp(code uint16) {
	frame := []byte{0x80 | closeFrame, 0x80 | 2, 0, 0, 0, 0} // masked with zeros
	_ = t.Conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = t.Conn.Write(binary.BigEndian.AppendUint16(frame, code)) // a courtesy
	_ = t.Close()
}

// Close closes the connection.
func (t *tap) Close() error {
	err := t.Conn.Close()
	t.finish()
	return err
}
