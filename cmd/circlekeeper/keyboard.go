package main

import (
	"context"
	"io"
	"os"
	"sync"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"
)

// keyboard reads a terminal for all forms in turn. A form that read the terminal itself would
// take away what is typed for the next one.
type keyboard struct {
	file  *os.File
	once  sync.Once
	typed chan []byte // closed at the end of the input
}

func newKeyboard(file *os.File) *keyboard { return &keyboard{file: file, typed: make(chan []byte)} }

// begin starts reading. It never stops, because a read from a terminal cannot be interrupted.
func (k *keyboard) begin() {
	k.once.Do(func() {
		go func() {
			defer close(k.typed)
			for {
				b := make([]byte, 256)
				n, err := k.file.Read(b)
				if n > 0 {
					k.typed <- b[:n]
				}
				if err != nil {
					return
				}
			}
		}()
	})
}

// keys is what is typed for one form. It has the terminal's Fd, so that a form can set the
// terminal, but no name, so that no form opens the terminal itself.
type keys struct {
	k     *keyboard
	done  <-chan struct{} // closed when the form is over
	rest  []byte
	ended bool
}

func (r *keys) Fd() uintptr                 { return r.k.file.Fd() }
func (r *keys) Write(p []byte) (int, error) { return r.k.file.Write(p) }
func (r *keys) Close() error                { return nil }

func (r *keys) Read(p []byte) (int, error) {
	r.k.begin()
	if len(r.rest) == 0 {
		select {
		case <-r.done:
			return 0, io.EOF
		default:
		}
		select {
		case b, ok := <-r.k.typed:
			if !ok {
				r.ended = true
				return 0, io.EOF
			}
			r.rest = b
		case <-r.done:
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// hiddenLine reads a line without showing it. ok is false if the person left.
func (k *keyboard) hiddenLine(ctx context.Context, out io.Writer, title string) (line string, ok bool) {
	state, err := term.MakeRaw(k.file.Fd())
	if err != nil {
		return "", false
	}
	defer func() { _ = term.Restore(k.file.Fd(), state) }()
	_, _ = io.WriteString(out, title+" ")
	defer func() { _, _ = io.WriteString(out, "\r\n") }()
	r := &keys{k: k, done: ctx.Done()}
	var got []byte
	for b := make([]byte, 1); ; {
		if _, err := r.Read(b); err != nil {
			return "", false
		}
		switch b[0] {
		case '\r', '\n':
			return string(got), true
		case 3, 4: // Ctrl+C, Ctrl+D
			return "", false
		case 8, 127: // Backspace
			_, n := utf8.DecodeLastRune(got)
			got = got[:len(got)-n]
		default:
			got = append(got, b[0])
		}
	}
}
