package bot

import (
	"errors"
	"fmt"
)

// UserError says in a sentence, to the person who asked, what to do instead.
// Every other error is a fault of the program or its surroundings.
type UserError struct {
	Message string // in English, as the command line shows it
	Field   string // the argument it is about; may be empty

	Format string // what the message is made of, so that words can say it in other languages;
	Args   []any  // empty where the sentence is the cause's
	Cause  error  // what happened, for the caller to act on; may be nil
}

// Unwrap is what happened.
func (e *UserError) Unwrap() error { return e.Cause }

func (e *UserError) Error() string { return e.Message }

// Wrong makes an error for a person. Its format is English, the key of the catalogues;
// a test holds that they all have it. What it is given may be an error, a command or a
// rule, which are said in the reader's words, too.
func Wrong(format string, args ...any) error {
	return &UserError{Message: fmt.Sprintf(format, args...), Format: format, Args: args}
}

// Because is Wrong with a cause beneath it, which errors.Is and errors.As find.
func Because(cause error, format string, args ...any) error {
	return &UserError{Message: fmt.Sprintf(format, args...), Format: format, Args: args, Cause: cause}
}

// About says which argument an error is about, unless it is a fault.
func About(field string, err error) error {
	said, ok := ForPerson(err)
	if !ok {
		return err
	}
	return &UserError{Message: said, Field: field, Cause: err}
}

// FieldOf is the argument an error is about, if it says so.
func FieldOf(err error) string {
	var said *UserError
	if errors.As(err, &said) {
		return said.Field
	}
	return ""
}

// AsUser makes the sentence of an error from content or scheduler one for the
// person who asked.
func AsUser(field string, err error) error {
	if err == nil {
		return nil
	}
	return &UserError{Message: err.Error(), Field: field, Cause: err}
}

// ForPerson gives the words of an error that is meant for whoever asked.
func ForPerson(err error) (string, bool) {
	var said *UserError
	if errors.As(err, &said) {
		return said.Message, true
	}
	return "", false
}

// Short cuts a text to at most n characters.
func Short(s string, n int) string {
	if len(s) <= n { // it has no more characters than bytes
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
