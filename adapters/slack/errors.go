package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// ErrRefused reports that Slack refuses a token or that a right is missing: what was asked
// fails until a person acts. The message of the *bot.PlatformError around it says what is wrong and
// what to do.
var ErrRefused = errors.New("Slack refuses the app")

// errScope reports a right that the app was not given. Only what needs the right fails.
var errScope = fmt.Errorf("%w: it lacks a right", ErrRefused)

// ends tells whether an error means that nothing works until a person acts.
func ends(err error) bool { return errors.Is(err, ErrRefused) && !errors.Is(err, errScope) }

// meaning says what a code means for a person and what to do about it, and of what kind the error
// is: ErrRefused if it concerns the whole app, bot.ErrRejected if Slack will never take the
// message, another of package bot if it concerns the channel or the message in it. kind is nil
// for codes that mean none of these.
// https://docs.slack.dev/reference/methods/chat.postMessage#errors
// https://docs.slack.dev/reference/methods/chat.update#errors
func meaning(code string) (why string, kind error) {
	switch code {
	case "channel_not_found":
		return "there is no such channel, or the bot is not in that private channel: invite it there with /invite", bot.ErrUnreachable
	case "not_in_channel":
		return "the bot is not in the channel: invite it there with /invite", bot.ErrUnreachable
	case "is_archived":
		return "the channel is archived: unarchive it or choose another", bot.ErrUnreachable
	case "restricted_action", "restricted_action_read_only_channel", "restricted_action_non_threadable_channel",
		"restricted_action_thread_only_channel", "restricted_action_thread_locked", "no_permission", "access_denied":
		return "the channel's settings do not let the bot post: allow it under the channel's posting permissions", bot.ErrUnreachable
	case "channel_type_not_supported", "method_not_supported_for_channel_type", "messages_tab_disabled",
		"team_access_not_granted", "not_allowed_for_channel", "is_inactive", "channel_is_limited_access":
		return "Slack does not let apps post there: choose another channel", bot.ErrUnreachable
	case "message_not_found":
		return "the message is gone", bot.ErrGone
	case "cant_update_message":
		return "the message is somebody else's", bot.ErrFixed
	case "edit_window_closed":
		return "the workspace lets nobody change messages that are so old: its administrator sets that under Message Editing and Deletion", bot.ErrFixed
	case "cant_delete_message":
		return "the workspace does not let the app delete its message: its administrator sets that under Message Editing and Deletion", bot.ErrFixed
	case "compliance_exports_prevent_deletion":
		return "the workspace keeps all messages for its records, so that none can be deleted", bot.ErrFixed
	case "invalid_auth", "not_authed":
		return "Slack does not know the token in SLACK_BOT_TOKEN: it was copied wrong, or it is no longer valid. Copy it again from the app's page, OAuth & Permissions; if it is the same there, install the app again and copy the new one", ErrRefused
	case "token_revoked", "account_inactive", "org_login_required", "user_removed_from_team", "two_factor_setup_required":
		return "Slack says that the token is no longer valid: install the app again and set SLACK_BOT_TOKEN and SLACK_APP_TOKEN to the new tokens", ErrRefused
	case "token_expired":
		return "the token ran out after twelve hours, because the Slack app " + rotates, ErrRefused
	case "not_allowed_token_type":
		return "Slack does not take the token for this: the two are swapped, or one is of the wrong kind; the bot token begins with xoxb-, the app token with xapp-", ErrRefused
	case "missing_scope", "invalid_scope":
		return "the Slack app lacks a right: compare its scopes with the manifest (the command manifest slack prints it), add what is missing and install it again", ErrRefused
	case "link_disabled":
		return "Socket Mode is turned off in Slack: turn it on under Settings, Socket Mode", ErrRefused
	case "forbidden_team", "access_blocked", "accesslimited", "team_not_found", "ip_address_not_allowed", "app_not_allowed",
		"enterprise_is_restricted", "ekm_access_denied":
		return "the Slack workspace does not let the app in: ask its administrator", ErrRefused
	case "msg_too_long", "msg_blocks_too_long", "metadata_too_large":
		return "longer than Slack takes: make the card shorter", bot.ErrRejected
	case "slack_connect_file_link_sharing_blocked", "slack_connect_canvas_sharing_blocked", "slack_connect_lists_sharing_blocked", "slack_connect_blocked_file_type",
		"slack_connect_clip_sharing_blocked":
		return "a link in it may not be shared with the other organization in that channel: change the card, or choose another channel", bot.ErrRejected
	case "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type",
		"invalid_blocks", "invalid_blocks_format", "no_text", "markdown_text_conflict", "invalid_metadata_format", "invalid_metadata_schema",
		"metadata_must_be_sent_from_app", "too_many_attachments", "attachment_payload_limit_exceeded":
		return "Slack does not accept this message", bot.ErrRejected
	}
	return "", nil
}

// appFault is fault for requests with the app token. All others have the bot token.
func appFault(err error) error {
	var answer slack.SlackErrorResponse
	switch {
	case !errors.As(err, &answer):
	case answer.Err == "invalid_auth", answer.Err == "not_authed":
		return refusal(ErrRefused, "Slack does not know the token in SLACK_APP_TOKEN: it was copied wrong, or it is no longer valid. Copy it again from the app's page, Basic Information, App-Level Tokens; if it is the same there, generate a new one", answer.Err)
	case answer.Err == "missing_scope": // a manifest cannot give this right
		return refusal(errScope, "the token in SLACK_APP_TOKEN lacks the scope connections:write, and Socket Mode needs it: generate a new one with that scope on the app's page, Basic Information, App-Level Tokens", answer.Err)
	}
	return fault(err)
}

// refusal is an error that concerns the whole app, with a message that explains itself. cause is for
// the caller to act on; code is Slack's.
func refusal(cause error, why, code string) error {
	return &bot.PlatformError{Kind: bot.ErrOutage, Detail: fmt.Sprintf("%s (%s)", why, code), Err: cause}
}

// rotates says what to do about token rotation. This program does not use it: it would have to
// keep the new tokens that Slack gives out every twelve hours.
const rotates = "uses token rotation, which cannot be turned off again: make a new app from the manifest (the command manifest slack prints it) and set its tokens"

// errThread reports a thread that does not exist, or no longer.
var errThread = errors.New("there is no such thread")

// errConflict reports that somebody else changed the same thing first.
var errConflict = errors.New("Slack shows something newer")

// defaultWait is how long to wait if Slack asks for a pause but does not say how long.
const defaultWait = 30 * time.Second

// fault turns slack-go's errors into those of bot.Adapter's contract, for requests that change
// nothing. Its texts are written here and never taken from an address or a body, so that they
// contain no token or identity.
func fault(err error) error {
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	var answer slack.SlackErrorResponse
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limited):
		return &bot.RateLimited{After: max(limited.RetryAfter, time.Second)}
	case errors.As(err, &status) && status.Code == http.StatusTooManyRequests:
		return &bot.RateLimited{After: defaultWait}
	case errors.As(err, &status):
		return &bot.PlatformError{Kind: bot.ErrOutage, Detail: fmt.Sprintf("Slack answered with status %d", status.Code)}
	case errors.As(err, &answer):
		return answered(answer)
	case errors.As(err, &syntax), errors.As(err, &kind):
		return errors.New("Slack's answer could not be read")
	}
	return intake.NoAnswer("Slack", true, err)
}

// answeredCode is the error for a code alone.
func answeredCode(code string) error { return answered(slack.SlackErrorResponse{Err: code}) }

func answered(answer slack.SlackErrorResponse) error {
	code := only(answer.Err, 60, "abcdefghijklmnopqrstuvwxyz0123456789_")
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return &bot.RateLimited{After: defaultWait}
	case "thread_not_found", "invalid_thread_ts", "cannot_reply_to_message":
		return fmt.Errorf("%w (%s)", errThread, code)
	case "hash_conflict":
		return errConflict
	case "service_unavailable":
		return &bot.PlatformError{Kind: bot.ErrOutage, Detail: "Slack says that it is not available for a while (" + code + ")"}
	case "external_channel_migrating", "team_added_to_org":
		return &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack is moving the channel or the workspace (" + code + ")"}
	}
	why, kind := meaning(code)
	switch {
	case kind == nil: // an answer, so Slack was reached
		return &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack refused the request (" + code + ")"}
	case errors.Is(kind, ErrRefused) && answer.Needed != "":
		return refusal(errScope, why, code+": "+scopes(answer.Needed))
	case code == "missing_scope":
		return refusal(errScope, why, code)
	case errors.Is(kind, ErrRefused):
		return refusal(ErrRefused, why, code)
	}
	return &bot.PlatformError{Kind: kind, Detail: fmt.Sprintf("%s (%s)", why, code)}
}

// sendFault is fault for a request that posts. If the message may have been posted anyway, it
// is bot.ErrUnknown. left tells whether the request had left this machine.
func sendFault(err error, left bool) error {
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	var answer slack.SlackErrorResponse
	why := fault(err)
	switch {
	case err == nil, errors.As(err, &limited):
		return why
	case errors.As(err, &status):
		if status.Code < 500 {
			return why
		}
	case errors.As(err, &answer):
		// Slack may return these after it has posted the message.
		if answer.Err != "internal_error" && answer.Err != "fatal_error" && answer.Err != "service_unavailable" {
			return why
		}
	case !left:
		return why
	}
	return fmt.Errorf("%w: %w", bot.ErrUnknown, why)
}

// trace tells whether a request has left.
func trace(ctx context.Context) (context.Context, *atomic.Bool) {
	left := new(atomic.Bool)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { left.Store(true) },
	}), left
}

func scopes(list string) string { return only(list, 200, "abcdefghijklmnopqrstuvwxyz:.,_") }

func only(s string, most int, letters string) string {
	if s == "" || len(s) > most || strings.Trim(s, letters) != "" {
		return "unknown"
	}
	return s
}
