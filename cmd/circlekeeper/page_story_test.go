package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	pageToken   = regexp.MustCompile(`data-token="([^"]+)"`)
	pageChannel = regexp.MustCompile(`data-channel="([^"]+)"`)
)

// browse prints the playground's page as a browser that reads a language gets it, or the
// answer to what is typed there:
//
//	page LANGUAGE [TEXT…]
func browse(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: page LANGUAGE [TEXT...]")
	}
	address := "http://" + ts.Getenv("LISTEN_ADDR")
	get := func(r *http.Request, err error) string {
		ts.Check(err)
		r.Header.Set("Accept-Language", args[0])
		res, err := http.DefaultClient.Do(r)
		ts.Check(err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		ts.Check(err)
		if res.StatusCode != http.StatusOK {
			ts.Fatalf("%s: %s", res.Status, body)
		}
		return string(body)
	}
	shown := get(http.NewRequest(http.MethodGet, address+"/", nil))
	if len(args) > 1 {
		form := url.Values{
			"token": {pageToken.FindStringSubmatch(shown)[1]}, "channel": {pageChannel.FindStringSubmatch(shown)[1]},
			"as": {"member"}, "request": {strings.Join(args, " ")}, "text": {strings.Join(args[1:], " ")},
		}
		r, err := http.NewRequest(http.MethodPost, address+"/ask", strings.NewReader(form.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		shown = get(r, err)
	}
	fmt.Fprintln(ts.Stdout(), html.UnescapeString(shown))
}
