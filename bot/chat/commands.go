package chat

import (
	"context"
	"slices"
	"strings"

	"circlekeeper/bot"
)

// row is a command with what answers it.
type row struct {
	bot.Command
	hidden bool      // reached by buttons only
	fields []bot.Arg // what its form adds to the arguments
	do     func(ctx context.Context, r bot.Request) (bot.Answer, error)
	subs   []row
}

// commandRows is the command table of DESIGN.md. Names say nothing of treatment.
func (b *Bot) commandRows() []row {
	which := func(en, es string) []bot.Arg {
		return []bot.Arg{{Name: "name", Local: argNames("name"), Summary: bot.Words{"en": en, "es": es}, Complete: true, Max: 100}}
	}
	return []row{
		read("strategies", "estrategias", "Six ways to build trust, as a menu or one in full", "Seis formas de crear confianza, en un menú o una completa",
			b.strategies, which("Which one; leave it out for the menu", "Cuál; sin nombre se muestra el menú")...),
		read("challenges", "retos", "Four common challenges and what helps", "Cuatro retos frecuentes y qué ayuda",
			b.challenges, which("Which one; leave it out for the menu", "Cuál; sin nombre se muestra el menú")...),
		read("why", "porque", "Why trust matters, and the facilitator's part", "Por qué importa la confianza, y la parte de quien facilita", b.why),
		read("agreements", "acuerdos", "What the group agrees on, what stays here, and its limits", "Lo que el grupo acuerda, lo que queda aquí y sus límites",
			b.agreements, which("Which one; leave it out for the list", "Cuál; sin nombre se muestra la lista")...),
		read("contact", "contacto", "Address, telephone and map", "Dirección, teléfono y mapa", b.contact),
		read("crisis", "", "Help now", "Ayuda inmediata", b.crisis),
		read("concern", "inquietud", "Who to turn to", "A quién acudir", b.concern),
		read("privacy", "privacidad", "What is kept and what is not", "Qué se guarda y qué no", b.privacy),
		read("help", "ayuda", "What can be asked", "Qué se puede preguntar", b.help),
		change("share", "compartir", "Preview a card, then post it to a channel", "Ver una tarjeta antes de publicarla en un canal", b.share,
			arg("card", "Which card", "Qué tarjeta", required, offered),
			arg("place", "Where; leave it out for this channel", "Dónde; sin lugar, este canal", place)),
		b.groupRows(),
		b.reminderRows(),
		behind(changes("concerns", "", "", "",
			behind(change("take", "", "", "", b.concernTake, arg("id", "", "", required))),
			behind(change("done", "", "", "", b.concernDone, arg("id", "", "", required))))),
	}
}

//nolint:misspell // Spanish
func (b *Bot) groupRows() row {
	group := whichGroup()
	fields := []bot.Arg{
		arg("name", "The name people read", "El nombre que se lee"),
		arg("zone", "Time zone, such as America/Los_Angeles", "Zona horaria, como America/Los_Angeles", offered),
		arg("quiet", "Hours without posts: 21:00-08:00, or none", "Horas sin mensajes: 21:00-08:00, o ninguna", offered),
		arg("langs", "Languages, such as en,es", "Idiomas, como en,es", offered),
	}
	set := append([]bot.Arg{group}, fields...)
	set = append(set,
		arg("place", "A channel to add; with - before it, one to take away", "Un canal que agregar; con - delante, uno que quitar"),
		arg("moderators", "Where moderators hear of trouble; or none", "Dónde se avisa a moderación de problemas; o ninguno"),
		arg("session", "When it meets and how long: every Monday at 18:00, 90m; or none", "Cuándo se reúne y cuánto dura: cada lunes a las 18:00, 90m; o ninguna"),
		arg("skip", "A date or range without group: 2026-12-24; or none", "Una fecha o un periodo sin grupo: 2026-12-24; o ninguna"))
	return changes("group", "grupo", "Groups: where and when they meet", "Grupos: dónde y cuándo se reúnen",
		change("add", "agregar", "Add a group to this channel", "Agregar un grupo a este canal", b.groupAdd,
			slices.Concat([]bot.Arg{arg("group", "A short name: lower-case letters, digits, hyphens", "Un nombre corto: minúsculas, cifras, guiones")}, fields,
				[]bot.Arg{arg("place", "Its channel; leave it out for this one", "Su canal; sin él, este", place)})...),
		change("list", "lista", "Show the groups", "Mostrar los grupos", b.groupList),
		change("set", "cambiar", "Change a group; what is not named stays", "Cambiar un grupo; lo que no se nombra queda igual", b.groupSet, set...),
		asking(change("edit", "editar", "Change a group in a form", "Cambiar un grupo en un formulario", b.groupEdit, group),
			bot.Arg{Name: "name"}, bot.Arg{Name: "zone"}, bot.Arg{Name: "quiet"}, bot.Arg{Name: "langs"}, bot.Arg{Name: "moderators"}),
		behind(asking(change("meetings", "", "", "", b.groupMeetings, arg("group", "", "", required)),
			bot.Arg{Name: "places", Max: 1200}, bot.Arg{Name: "sessions", Max: 1200}, bot.Arg{Name: "skips", Max: 2400})),
		change("pause", "pausar", "Post nothing to a group for a while", "No publicar nada en un grupo por un tiempo", b.groupPause, group, until()),
		change("resume", "reanudar", "Post to a paused group again", "Volver a publicar en un grupo en pausa", b.groupResume, group),
		change("remove", "quitar", "Remove a group and its reminders", "Quitar un grupo y sus recordatorios", b.groupRemove,
			arg("group", "Which group", "Qué grupo", required, offered)),
		change("restore", "restaurar", "Bring back a removed group and its reminders", "Restaurar un grupo quitado y sus recordatorios", b.groupRestore,
			arg("group", "Which group; leave it out to see what was removed", "Qué grupo; sin nombre se muestra lo quitado", offered)),
		behind(change("show", "", "", "", b.groupShow, arg("group", "", "", required))),
	)
}

//nolint:misspell // Spanish
func (b *Bot) reminderRows() row {
	id := arg("id", "Which reminder", "Qué recordatorio", required, offered)
	group := whichGroup()
	return changes("reminder", "recordatorio", "Reminders: what is posted and when", "Recordatorios: qué se publica y cuándo",
		change("add", "agregar", "Add a reminder; without words, a form opens", "Agregar un recordatorio; sin palabras se abre un formulario", b.reminderAdd,
			arg("topic", "A card or a rotation, such as agreements", "Una tarjeta o una serie, como agreements", offered),
			arg("at", "When: every Monday at 9:00, or 30 minutes before each session", "Cuándo: cada lunes a las 9:00, o 30 minutos antes de cada sesión", offered),
			group,
			arg("late", "How late it may still be posted, such as 2h", "Con cuánto retraso se puede publicar, como 2h", offered)),
		change("list", "lista", "Show the reminders", "Mostrar los recordatorios", b.reminderList, group),
		asking(change("edit", "editar", "Change a reminder in a form", "Cambiar un recordatorio en un formulario", b.reminderEdit, id),
			bot.Arg{Name: "topic"}, bot.Arg{Name: "at"}, bot.Arg{Name: "late"}),
		change("next", "próximos", "Show what comes next", "Mostrar lo que sigue", b.reminderNext, group),
		change("history", "historial", "Show what was sent, skipped or failed, and why", "Mostrar qué se envió, se omitió o falló, y por qué", b.reminderHistory, group),
		change("pause", "pausar", "Pause a reminder", "Pausar un recordatorio", b.reminderPause, id, until()),
		change("resume", "reanudar", "Resume a paused reminder", "Reanudar un recordatorio en pausa", b.reminderResume, id),
		change("remove", "quitar", "Remove a reminder; its history stays", "Quitar un recordatorio; su historial queda", b.reminderRemove, id),
		change("restore", "restaurar", "Bring back a removed reminder", "Restaurar un recordatorio quitado", b.reminderRestore,
			arg("id", "Which reminder; leave it out to see what was removed", "Qué recordatorio; sin él se muestra lo quitado", offered)),
		change("test", "probar", "Post it where the group does not see it, marked as a test", "Publicarlo donde el grupo no lo ve, como prueba", b.reminderTest, id),
		behind(change("show", "", "", "", b.reminderShow, arg("id", "", "", required))),
	)
}

type argOption func(*bot.Arg)

func required(a *bot.Arg) { a.Required = true }
func offered(a *bot.Arg)  { a.Complete = true }
func place(a *bot.Arg)    { a.Place = true }

func arg(name, en, es string, options ...argOption) bot.Arg {
	a := bot.Arg{Name: name, Local: argNames(name), Summary: bot.Words{"en": en, "es": es}}
	for _, o := range options {
		o(&a)
	}
	return a
}

// argNames are an argument's names in other languages.
//
//nolint:misspell // Spanish
func argNames(name string) bot.Words {
	spanish := map[string]string{
		"name": "nombre", "card": "tarjeta", "place": "lugar", "group": "grupo", "zone": "zona", "quiet": "silencio",
		"langs": "idiomas", "moderators": "moderación", "session": "sesión", "skip": "sin-grupo", "topic": "tema",
		"at": "cuándo", "late": "tarde", "until": "hasta",
	}[name]
	if spanish == "" {
		return nil
	}
	return bot.Words{"es": spanish}
}

func whichGroup() bot.Arg {
	return arg("group", "Which group; leave it out for this channel's", "Qué grupo; sin nombre, el de este canal", offered)
}

func until() bot.Arg {
	return arg("until", "Until which day, such as 2026-12-24; leave it out for no end", "Hasta qué día, como 2026-12-24; sin él, sin fin")
}

func read(name, spanish, en, es string, do func(context.Context, bot.Request) (bot.Answer, error), args ...bot.Arg) row {
	c := bot.Command{Name: name, Summary: bot.Words{"en": en, "es": es}, Args: args}
	if spanish != "" {
		c.Local = bot.Words{"es": spanish}
	}
	return row{Command: c, do: do}
}

func change(name, spanish, en, es string, do func(context.Context, bot.Request) (bot.Answer, error), args ...bot.Arg) row {
	r := read(name, spanish, en, es, do, args...)
	r.Who = bot.Moderators
	return r
}

func changes(name, spanish, en, es string, subs ...row) row {
	r := change(name, spanish, en, es, nil)
	r.subs = subs
	return r
}

// asking names what a row's form asks for.
func asking(r row, fields ...bot.Arg) row {
	r.fields = fields
	return r
}

func behind(r row) row {
	r.hidden = true
	return r
}

// commandTable is what adapters see of the rows.
func commandTable(rows []row) []bot.Command {
	var out []bot.Command
	for _, r := range rows {
		if r.hidden {
			continue
		}
		c := r.Command
		c.Subs = commandTable(r.subs)
		out = append(out, c)
	}
	return out
}

// findRow looks a command up by its name in any language, in any case. Hidden
// ones only go by their own name.
func findRow(rows []row, name string) *row {
	name = strings.TrimPrefix(strings.TrimSpace(name), "/")
	for i := range rows {
		r := &rows[i]
		if strings.EqualFold(r.Name, name) {
			return r
		}
		for _, local := range r.Local {
			if strings.EqualFold(local, name) {
				return r
			}
		}
	}
	return nil
}
