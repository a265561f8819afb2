package main

import (
	"os"
	"path/filepath"
	"strings"

	"circlekeeper/scheduler"
)

// localZone guesses the machine's time zone, as an IANA name. It is empty if that is unknown,
// or if it is UTC, as on servers.
func localZone() string {
	guesses := []string{strings.TrimPrefix(os.Getenv("TZ"), ":")}
	if link, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
		guesses = append(guesses, link)
	}
	if text, err := os.ReadFile("/etc/timezone"); err == nil {
		guesses = append(guesses, string(text))
	}
	for _, guess := range guesses {
		if _, name, ok := strings.Cut(guess, "/zoneinfo/"); ok {
			guess = name
		}
		guess = strings.TrimSpace(guess)
		if _, err := scheduler.ParseZone(guess); err == nil && strings.Contains(guess, "/") && !strings.HasPrefix(guess, "Etc/") {
			return guess
		}
	}
	return ""
}
