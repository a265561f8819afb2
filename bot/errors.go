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

	Format string // the message's format and arguments, so that package words can translate it;
	Args   []any  // both are empty if the message is that of Cause
	Cause  error  // what happened, for the caller to act on; may be nil
}

// Unwrap is what happened.
func (e *UserError) Unwrap() error { return e.Cause }

func (e *UserError) Error() string { return e.Message }

// Wrong makes a *UserError. format is English and the key of the catalogues; a test makes
// sure that all of them have it. args may hold errors, commands and rules: they are
// translated too.
func Wrong(format string, args ...any) error {
	return &UserError{Message: fmt.Sprintf(format, args...), Format: format, Args: args}
}

// Because is Wrong with a cause, which errors.Is and errors.As find.
func Because(cause error, format string, args ...any) error {
	return &UserError{Message: fmt.Sprintf(format, args...), Format: format, Args: args, Cause: cause}
}

// About adds to a *UserError the name of the argument that it is about. It returns every
// other error unchanged.
func About(field string, err error) error {
	said, ok := ForPerson(err)
	if !ok {
		return err
	}
	return &UserError{Message: said, Field: field, Cause: err}
}

// FieldOf is the argument an error is about, if it says so.
func FieldOf(err error) string {
	if said, ok := errors.AsType[*UserError](err); ok {
		return said.Field
	}
	return ""
}

// AsUser makes a *UserError of an error from package content or scheduler; nil for nil.
// field is the argument that it is about.
func AsUser(field string, err error) error {
	if err == nil {
		return nil
	}
	return &UserError{Message: err.Error(), Field: field, Cause: err}
}

// ForPerson returns the message of a *UserError; ok is false for every other error.
func ForPerson(err error) (string, bool) {
	if said, ok := errors.AsType[*UserError](err); ok {
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
