package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"circlekeeper/bot"
)

// stopWait is how long a serving program may take to end. It waits for requests that are on
// their way to a platform.
const stopWait = bot.SendTimeout + 5*time.Second

// signals is what the system tells the program while it runs. The zero value and nil never
// receive one.
type signals struct {
	out     io.Writer
	cancel  context.CancelFunc
	ended   bool          // the first signal to end was received
	serving atomic.Bool   // the command must finish requests before it ends
	reloads atomic.Bool   // SIGHUP does not end this command
	hangup  chan struct{} // holds one token while a SIGHUP waits to be handled
}

// listen ends the context at the first signal that asks the program to end, and the program
// itself at a second Ctrl+C. stop ends listening.
func listen(out io.Writer) (ctx context.Context, s *signals, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	s = &signals{out: out, cancel: cancel, hangup: make(chan struct{}, 1)}
	came := make(chan os.Signal, 4)
	signal.Notify(came, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() { // ends with the program
		for sig := range came {
			if s.heard(sig) {
				os.Exit(exitFault)
			}
		}
	}()
	return ctx, s, func() {
		signal.Stop(came)
		close(came)
		cancel()
	}
}

// heard handles a signal, and reports whether to end at once.
func (s *signals) heard(sig os.Signal) (now bool) {
	switch {
	case sig == syscall.SIGHUP && s.reloads.Load():
		select {
		case s.hangup <- struct{}{}:
		default: // one is waiting already
		}
		return false
	case !s.ended:
		s.ended = true
		text := "stopping"
		if s.serving.Load() {
			text = fmt.Sprintf("stopping: waiting up to %.0f seconds for posts that are on their way", stopWait.Seconds())
		}
		if sig == os.Interrupt {
			text += "; press Ctrl+C again to end at once"
		}
		fmt.Fprintln(s.out, "circlekeeper:", text)
		s.cancel()
		return false
	case sig == os.Interrupt:
		text := "ended at once"
		if s.serving.Load() {
			text += "; what was on its way is looked up at the next start"
		}
		fmt.Fprintln(s.out, "circlekeeper:", text)
		return true
	}
	return false
}

// serves notes that the command must finish its requests before it ends.
func (s *signals) serves() {
	if s != nil {
		s.serving.Store(true)
	}
}

// hangups returns the SIGHUPs. From this call on they no longer end the program.
func (s *signals) hangups() <-chan struct{} {
	if s == nil {
		return nil
	}
	s.reloads.Store(true)
	return s.hangup
}
