package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"circlekeeper/adapters/slack/slacktest"
)

// TestSlackStaffOverHTTP is the story of what staff do in Slack once more, with
// signed requests instead of the socket.
func TestSlackStaffOverHTTP(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Files:               []string{"testdata/script/slack_staff.txtar"},
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			e.Setenv("LISTEN_ADDR", l.Addr().String())
			e.Setenv("DATABASE_URL", "sqlite:"+filepath.Join(e.WorkDir, "story.db"))
			e.Setenv("STORY_BEGAN", strconv.FormatInt(time.Now().UnixMilli(), 10))
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("SLACK_MODE", "http")
			e.Setenv("SLACK_SIGNING_SECRET", slacktest.Secret)
			e.Values[platformsKey{}] = &platforms{}
			return l.Close()
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"fakes": fakes, "slackdoes": slackDoes, "post": posted, "await": await,
			"freeport": func(*testscript.TestScript, bool, []string) {}, // it was found already
		},
	})
}

// slackDoes lets somebody do something in Slack and prints what they see then, of
// a form also what stands in its fields, as NAME=VALUE, and [the button] below:
//
//	slackdoes over ADDRESS            from now on Slack posts to the program, as
//	                                  it does wherever SLACK_MODE is http
//	slackdoes staff|member|outsider … who it is:
//	  type WORDS…                     /circle and the words
//	  home                            opens the bot's Home
//	  press LABEL [N]                 on what they saw last; the Nth of that name
//	  pick LABEL                      from the menu on what they saw last
//	  fill NAME=VALUE…                and sends the form that they saw last
//	  shortcut CALLBACK               of the workspace
//	  look TEXT                       at the Home until it shows the text
//	slackdoes keep NAME               puts what was seen last aside,
//	slackdoes back NAME               and takes it up again
//	slackdoes reads LOCALE            the language staff have Slack in
//	slackdoes revoke ERROR            Slack refuses the token from now on
//	slackdoes status N                of Slack's next answer
//	slackdoes grant SCOPES            with commas between: all that the app has
//	slackdoes leave                   the app is removed from the workspace
//	slackdoes close|reopen            the group's channel to the bot
func slackDoes(ts *testscript.TestScript, _ bool, args []string) {
	p, ok := ts.Value(platformsKey{}).(*platforms)
	if !ok || p.slack == nil || len(args) == 0 {
		ts.Fatalf("usage: slackdoes WHO WHAT")
	}
	if p.seen == nil {
		p.seen = make(map[string]slacktest.Shown)
	}
	s := p.slack
	if ts.Getenv("SLACK_MODE") == "http" {
		s.PostTo("http://"+ts.Getenv("LISTEN_ADDR")+"/slack/events", slacktest.Secret)
	}
	switch args[0] {
	case "over":
		s.PostTo("http://"+args[1]+"/slack/events", slacktest.Secret)
	case "reads":
		s.SetUser(slacktest.User{ID: slacktest.Staff, Locale: args[1]})
	case "revoke":
		s.Revoke(args[1])
	case "status":
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		s.Fail(slacktest.Fault{Status: n})
	case "leave":
		_, err := s.Do(slacktest.Ask{Kind: slacktest.Uninstalled})
		ts.Check(err)
	case "close":
		s.SetChannel(slacktest.Channel{ID: slacktest.GroupChannel, Members: []string{slacktest.Member, slacktest.Staff}})
	case "records": // the workspace lets nothing be deleted
		s.SetChannel(slacktest.Channel{ID: slacktest.GroupChannel, Keeps: "compliance_exports_prevent_deletion", Members: []string{slacktest.BotUser, slacktest.Member, slacktest.Staff}})
	case "reopen":
		s.SetChannel(slacktest.Channel{ID: slacktest.GroupChannel, Members: []string{slacktest.BotUser, slacktest.Member, slacktest.Staff}})
	case "public", "shared", "private":
		s.SetChannel(slacktest.Channel{ID: slacktest.StaffChannel, Private: args[0] != "public", Shared: args[0] == "shared", Members: []string{slacktest.BotUser, slacktest.Staff}})
	case "grant":
		s.Grant(strings.Split(args[1], ",")...)
	case "keep":
		p.seen[args[1]] = p.seen[""]
	case "back":
		p.seen[""] = p.seen[args[1]]
	case "staff", "member", "facilitator", "outsider":
		who := map[string]string{"staff": slacktest.Staff, "member": slacktest.Member, "facilitator": slacktest.Facilitator, "outsider": slacktest.Outsider}[args[0]]
		w := slackSees(ts, s, who, p.seen[""], args[1:])
		p.seen[""] = w
		if !w.Ephemeral || !w.Silent {
			ts.Fatalf("others see it or are notified")
		}
		for _, field := range slices.Sorted(maps.Keys(w.Errors)) {
			fmt.Fprintf(ts.Stdout(), "%s: %s\n", field, w.Errors[field])
		}
		fmt.Fprintln(ts.Stdout(), w.Words())
		if w.View == nil {
			break
		}
		for _, b := range w.View.Blocks {
			if b.Element != nil {
				fmt.Fprintf(ts.Stdout(), "%s=%s\n", b.Element.ActionID, b.Element.Stands())
			}
		}
		if w.View.Submit != nil {
			fmt.Fprintf(ts.Stdout(), "[%s]\n", w.View.Submit.Text)
		}
	default:
		ts.Fatalf("nobody can %s", args[0])
	}
}

func slackSees(ts *testscript.TestScript, s *slacktest.Server, who string, on slacktest.Shown, args []string) slacktest.Shown {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	a := slacktest.Ask{User: who}
	switch args[0] {
	case "type":
		a.Text = strings.Join(args[1:], " ")
	case "home":
		n := len(s.Homes(who))
		_, err := s.Do(slacktest.Ask{Kind: slacktest.Open, User: who})
		ts.Check(err)
		w, err := s.Home(ctx, who, n+1)
		ts.Check(err)
		return w
	case "look":
		for n := len(s.Homes(who)); ; n++ {
			w, err := s.Home(ctx, who, n)
			ts.Check(err)
			if strings.Contains(w.Words(), strings.Join(args[1:], " ")) {
				return w
			}
		}
	case "press":
		a.On = &on
		n := 1
		if len(args) > 2 {
			_, err := fmt.Sscan(args[2], &n)
			ts.Check(err)
		}
		named := slices.DeleteFunc(on.Buttons(), func(b slacktest.Button) bool { return b.Label != args[1] })
		if len(named) < n {
			ts.Fatalf("no such button on: %s", on.Words())
		}
		a.Kind, a.ActionID, a.Value = slacktest.Press, named[n-1].ActionID, named[n-1].Value
	case "pick":
		i := slices.IndexFunc(on.Menu(), func(b slacktest.Button) bool { return b.Label == args[1] })
		if i < 0 {
			ts.Fatalf("no such option on: %s", on.Words())
		}
		b := on.Menu()[i]
		a.On, a.Kind, a.ActionID, a.Value = &on, slacktest.Pick, b.ActionID, b.Value
	case "fill":
		a.Kind, a.On, a.Values = slacktest.Submit, &on, map[string]string{}
		for _, arg := range args[1:] {
			name, value, ok := strings.Cut(arg, "=")
			if !ok {
				ts.Fatalf("write NAME=VALUE instead of %s", arg)
			}
			a.Values[name] = value
		}
	case "shortcut":
		a.Kind, a.ActionID = slacktest.Shortcut, args[1]
	default:
		ts.Fatalf("nobody can %s", args[0])
	}
	q, err := s.Do(a)
	ts.Check(err)
	w, err := q.Shown(ctx, 1)
	ts.Check(err)
	return w
}
