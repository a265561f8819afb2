package database

import (
	"fmt"

	"circlekeeper/bot"
)

// setting is the name of the setting that gives a file or a database, for errors to mention.
type setting string

const (
	databaseURL setting = "DATABASE_URL"
	copyTo      setting = "--to"
	backupFile  setting = "FILE"
)

// refuse says that a setting cannot be right.
func (s setting) refuse(format string, args ...any) error {
	return &bot.UserError{Message: string(s) + ": " + fmt.Sprintf(format, args...)}
}
