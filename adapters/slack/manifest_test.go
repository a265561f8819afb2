package slack

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

func TestManifest(t *testing.T) {
	t.Parallel()
	for mode, address := range map[string]string{"socket": "", "http": "https://bot.example"} {
		got, err := Manifest(commands(), words.InEnglish(), "/circle", address)
		must(t, err)
		golden(t, "manifest-"+mode+".golden", got)
		for _, word := range []string{"therap", "recover", "trust", "addict", "health"} {
			if strings.Contains(strings.ToLower(string(got)), word) {
				t.Errorf("the manifest says %q", word)
			}
		}
		checkManifest(t, mode, got)
	}
	books, err := words.Open(words.Options{Locale: "es-MX"})
	must(t, err)
	got, err := Manifest(commands(), books.Clinic(), "/circle", "")
	must(t, err)
	checkManifest(t, "socket", got)
	if !strings.Contains(string(got), "Compartir una tarjeta") {
		t.Errorf("a clinic that speaks Spanish gets %s", got)
	}
	for _, word := range []string{"terap", "recuper", "confian", "adicc", "salud"} {
		if strings.Contains(strings.ToLower(string(got)), word) {
			t.Errorf("the manifest in Spanish says %q", word)
		}
	}
	for _, address := range []string{"http://bot.example", "bot.example", "https://", "://"} {
		if _, err := Manifest(commands(), words.InEnglish(), "/circle", address); err == nil {
			t.Errorf("%q is taken as an address", address)
		}
	}
}

// checkManifest holds a manifest to https://docs.slack.dev/reference/app-manifest.
func checkManifest(t *testing.T, mode string, raw []byte) {
	t.Helper()
	var m struct {
		Display struct {
			Name        string `json:"name"`
			Description string `json:"description"`
		} `json:"display_information"`
		Features struct {
			Home struct {
				Home bool `json:"home_tab_enabled"`
			} `json:"app_home"`
			Shortcuts []struct {
				Name, Type, Description string
				Callback                string `json:"callback_id"`
			}
			Slash []struct {
				Command, URL, Description string
				Hint                      string `json:"usage_hint"`
			} `json:"slash_commands"`
		}
		OAuth struct {
			Scopes struct {
				Bot      []string
				Optional []string `json:"bot_optional"`
			}
		} `json:"oauth_config"`
		Settings struct {
			Events struct {
				Bot []string `json:"bot_events"`
				URL string   `json:"request_url"`
			} `json:"event_subscriptions"`
			Interactivity struct {
				Enabled bool   `json:"is_enabled"`
				URL     string `json:"request_url"`
			}
			Socket bool `json:"socket_mode_enabled"`
		}
	}
	must(t, json.Unmarshal(raw, &m))
	within := func(what, s string, most int) {
		t.Helper()
		if s == "" || len([]rune(s)) > most {
			t.Errorf("%s: %s has %d characters, allowed are 1 to %d", mode, what, len([]rune(s)), most)
		}
	}
	within("name", m.Display.Name, 35)
	within("description", m.Display.Description, 140)
	if len(m.Features.Slash) != 1 || len(m.Features.Shortcuts) > 10 {
		t.Fatalf("%s: %d commands, %d shortcuts", mode, len(m.Features.Slash), len(m.Features.Shortcuts))
	}
	within("command", m.Features.Slash[0].Command, 32)
	within("command's description", m.Features.Slash[0].Description, 2000)
	within("usage", m.Features.Slash[0].Hint, 1000)
	seen := map[string]bool{}
	for _, s := range m.Features.Shortcuts {
		within("shortcut", s.Name, 24)
		within("shortcut's description", s.Description, 150)
		within("callback", s.Callback, 255)
		if seen[s.Callback] || s.Type != "global" && s.Type != "message" {
			t.Errorf("%s: shortcut %s of type %s", mode, s.Callback, s.Type)
		}
		seen[s.Callback] = true
	}
	to := ""
	if mode == "http" {
		to = "https://bot.example/slack/events"
	}
	if m.Settings.Socket != (mode == "socket") || m.Features.Slash[0].URL != to || m.Settings.Events.URL != to || m.Settings.Interactivity.URL != to {
		t.Errorf("%s: socket %v, addresses %q %q %q", mode, m.Settings.Socket, m.Features.Slash[0].URL, m.Settings.Events.URL, m.Settings.Interactivity.URL)
	}
	if !m.Settings.Interactivity.Enabled || !m.Features.Home.Home {
		t.Errorf("%s: no buttons or no Home", mode)
	}
	// Each event asks for a scope, and each scope is there for a reason.
	// https://docs.slack.dev/reference/events
	asks := map[string]string{"app_mention": "app_mentions:read", "message.im": "im:history", "app_home_opened": "", "app_uninstalled": "", "tokens_revoked": ""}
	for _, e := range m.Settings.Events.Bot {
		scope, ok := asks[e]
		if !ok || scope != "" && !slices.Contains(m.OAuth.Scopes.Bot, scope) {
			t.Errorf("%s: event %s without scope %s", mode, e, scope)
		}
	}
	if !slices.Equal(m.OAuth.Scopes.Bot, append(botScopes(), extraScopes()...)) || !slices.Equal(m.OAuth.Scopes.Optional, extraScopes()) || slices.ContainsFunc(m.OAuth.Scopes.Bot, func(s string) bool {
		return strings.HasPrefix(s, "admin") || strings.HasSuffix(s, ":write.public") || strings.HasPrefix(s, "users:read.")
	}) {
		t.Errorf("%s: scopes %v", mode, m.OAuth.Scopes.Bot)
	}
}

// remarked is what remarks say, those that matter after a mark.
func remarked(all []bot.Remark) string {
	var out []string
	for _, r := range all {
		mark := "! "
		if r.Minor {
			mark = ""
		}
		out = append(out, mark+r.Says)
	}
	return strings.Join(out, "\n")
}

// What a proxy takes away is not known, rather than missing.
func TestApplicationWithoutScopes(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{NoScopes: true})
	remarks, err := newAdapter(t, fake, "").Application(t.Context(), nil)
	if got := remarked(remarks); err != nil || strings.Contains(got, "!") || strings.Contains(got, "missing") || !strings.Contains(got, "X-OAuth-Scopes") {
		t.Errorf("%q %v", got, err)
	}
}

// Account says whether Slack takes the token, and what is wrong with it otherwise.
func TestAccount(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		o     slacktest.Options
		fault slacktest.Fault
		says  string // of a remark
		err   string
	}{
		"good":        {},
		"org-wide":    {o: slacktest.Options{OrgWide: true}, says: "! the bot token is org-wide"},
		"run out":     {fault: slacktest.Fault{Error: "token_expired"}, err: "token rotation"},
		"revoked":     {fault: slacktest.Fault{Error: "token_revoked"}, err: "install the app again"},
		"cut":         {fault: slacktest.Fault{Reset: true}, err: "Slack could not be reached: the connection was cut"},
		"too many":    {fault: slacktest.Fault{Status: 429, RetryAfter: 3}, err: "3s"},
		"a page":      {fault: slacktest.Fault{Status: 403, HTML: true}, err: "403"},
		"a good page": {fault: slacktest.Fault{HTML: true}, err: "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := slacktest.New(t, tt.o)
			if tt.fault != (slacktest.Fault{}) {
				tt.fault.Times = 10 // a request that is cut is made again
				fake.Fail(tt.fault)
			}
			a := newAdapter(t, fake, "")
			remarks, err := a.Account(t.Context())
			if theirs, wrong := a.ReadClock(t.Context()); err == nil && (wrong != nil || time.Until(theirs).Abs() > 10*time.Second) {
				t.Errorf("Slack's clock shows %s: %v", theirs, wrong)
			}
			if got := remarked(remarks); !strings.Contains(got, tt.says) || tt.says == "" && got != "" {
				t.Errorf("it says %q, want %q", got, tt.says)
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%v, want %q", err, tt.err)
			}
		})
	}
	fake := slacktest.New(t, slacktest.Options{})
	fake.Down()
	if _, err := newAdapter(t, fake, "").Account(t.Context()); err == nil || !strings.HasSuffix(err.Error(), "could not be reached: the connection is refused") {
		t.Error(err)
	}
}

// Why Slack was not reached is said, without an address.
func TestObstacle(t *testing.T) {
	t.Parallel()
	strange := httptest.NewUnstartedServer(http.NotFoundHandler())
	strange.Config.ErrorLog = log.New(io.Discard, "", 0) //nolint:forbidigo // the test server takes no other
	strange.StartTLS()
	defer strange.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for address, says := range map[string]string{
		"https://no-such-host.invalid/api/":                             "DNS",
		strange.URL + "/api/":                                           "a certificate that this machine does not trust",
		"https://" + strings.TrimPrefix(plain.URL, "http://") + "/api/": "does not speak TLS",
	} {
		a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: address})
		must(t, err)
		_, err = a.Account(t.Context())
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v, want %q", address, err, says)
		}
	}
}

func TestApplication(t *testing.T) {
	t.Parallel()
	all := append(botScopes(), "connections:write")
	tests := map[string]struct {
		granted []string
		http    bool
		says    []string
	}{
		"as it should be":     {granted: all},
		"with all it can use": {granted: append(slices.Clone(all), extraScopes()...)},
		"over HTTP":           {granted: botScopes(), http: true},
		"without two":         {granted: all[2:], says: []string{"add app_mentions:read, channels:history on the app's page"}},
		"more than needed":    {granted: append(slices.Clone(all), "files:write"), says: []string{"take away what the manifest does not list (files:write)"}},
		"app token too small": {granted: botScopes(), says: []string{"SLACK_APP_TOKEN lacks the scope connections:write, and Socket Mode needs it: generate a new one"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := slacktest.New(t, slacktest.Options{})
			fake.Grant(tt.granted...)
			a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, HTTP: tt.http, Secret: slacktest.Secret, APIURL: fake.URL})
			must(t, err)
			findings, err := a.Application(t.Context(), nil)
			must(t, err)
			got := remarked(findings)
			if len(tt.says) == 0 && got != "" {
				t.Errorf("it finds %s", got)
			}
			for _, want := range tt.says {
				if !strings.Contains(got, want) {
					t.Errorf("it finds %q, want %q", got, want)
				}
			}
		})
	}
	fake := slacktest.New(t, slacktest.Options{})
	fake.Revoke("token_revoked")
	if _, err := newAdapter(t, fake, "").Application(t.Context(), nil); err == nil {
		t.Error("a revoked token is no error")
	}
}

// A token that Slack does not know is named by its setting, with both causes.
func TestUnknownToken(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	for setting, c := range map[string]Config{
		"SLACK_BOT_TOKEN": {BotToken: "xoxb-9999999999-another"},
		"SLACK_APP_TOKEN": {AppToken: "xapp-9999999999-another"},
	} {
		c.APIURL = fake.URL
		_, err := Try(t.Context(), c)
		if err == nil || !errors.Is(err, ErrRefused) || !strings.HasPrefix(err.Error(), "Slack does not know the token in "+setting+": it was copied wrong, or it is no longer valid.") {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

// A refusal says what is wrong once, and what to do: not first that there is one.
func TestRefusalsSayItOnce(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"token_revoked":          "Slack says that the token is no longer valid: install the app again and set SLACK_BOT_TOKEN and SLACK_APP_TOKEN to the new tokens (token_revoked)",
		"token_expired":          "the token ran out after twelve hours, because the Slack app uses token rotation, which cannot be turned off again: make a new app from the manifest (the command manifest slack prints it) and set its tokens (token_expired)",
		"missing_scope":          "the Slack app lacks a right: compare its scopes with the manifest (the command manifest slack prints it), add what is missing and install it again (missing_scope)",
		"link_disabled":          "Socket Mode is turned off in Slack: turn it on under Settings, Socket Mode (link_disabled)",
		"access_blocked":         "the Slack workspace does not let the app in: ask its administrator (access_blocked)",
		"invalid_auth":           "Slack does not know the token in SLACK_BOT_TOKEN: it was copied wrong, or it is no longer valid. Copy it again from the app's page, OAuth & Permissions; if it is the same there, install the app again and copy the new one (invalid_auth)",
		"not_allowed_token_type": "Slack does not take the token for this: the two are swapped, or one is of the wrong kind; the bot token begins with xoxb-, the app token with xapp- (not_allowed_token_type)",
	} {
		if err := answeredCode(code); !errors.Is(err, ErrRefused) || err.Error() != want {
			t.Errorf("%s: %v, want %q", code, err, want)
		}
	}
}
