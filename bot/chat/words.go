package chat

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/scheduler"
)

// phrasebook is what the bot says besides the cards, in one language. A test
// holds that no language lacks a phrase and that their verbs agree.
type phrasebook struct {
	pointer                               string // ends every answer; the crisis command goes in
	apology                               string
	refused, refusedDiscord, refusedSlack string
	unapproved, draft                     string
	nothingHere                           string

	strategies, challenges, agreements, confidentiality [3]string // title, introduction, what is chosen

	helpTitle, helpIntro, helpChoose, helpChanges string
	helpFirst                                     string // the crisis command goes in

	previous, next, back, showAll string
	readMore, helpNow, contact    string
	otherReason                   string
	callNumber                    string // the number goes in

	noCard, noCardNear, noCommand, noCommandNear, noSub string
	argControl, argLong, argMissing                     string

	moment               string // weekday, day, month, year, time with zone
	weekdays             [7]string
	months               [12]string
	nextTimes, nextAt    string // the zone goes in; the moment goes in
	noNext               string
	paused, pausedUntil  string
	due, sending, sent   string // states of a delivery
	skipped, failed      string
	undo, pause, resume  string
	test, remove, save   string
	history, tested      string
	noGroupHere          string
	noGroupNear          string // what was written and the groups there are go in
	noGroups, lastPlace  string
	noPlaceHere          string
	placeElsewhere       string
	placeClosed          string // the platform's reason
	placeUnsure          string
	placeOfStaff         string
	placeBad             string // since, reason
	groupFormTitle       string
	groupAdded           string
	groupChanged         string // what is new follows
	groupResumed         string
	unchanged, noLonger  string
	groupRemoved         string // the name and what becomes of the rest go in
	groupRestored        string
	reminderRestored     string
	removedSome          string // how many
	restoreTitle         string
	restoreChoose        string
	nothingRemoved       string
	groupsTitle          string
	chooseGroup          string
	showReminders        string
	reminderFormTitle    string
	reminderAdded        string
	twice                string // the other reminder's ID
	reminderRemoved      string // the rule, the group's name and what becomes of the rest go in
	keptDays             string // how many
	keptForever          string
	resumed              string
	remindersTitle       string
	chooseReminder       string
	noReminders          string
	rotations            [5]string // agreements, confidentiality, strategies, challenges, foundations
	nextTitle            string
	historyTitle         string
	noHistory            string
	preview, willSkip    string
	sharePreview, postIt string
	shareSent            string
	shareChanged         string
	willNotPost          string
	noShare              string // what was written and cards there are go in

	categories                                                   [4]string // as Categories has them
	concernFirst                                                 string    // the crisis command goes in
	concernOffer                                                 string    // the group's name goes in
	concernConfirm                                               string    // the category and the group's name go in
	concernDirect, concernNowhere, concernSend, concernSent      string
	concernIsTaken, concernIsDone                                string
	concernNowTaken, concernNowDone, concernGone, concernAlready string
	showReminder, showGroup                                      string

	look, edit, changedMeanwhile                       string
	changedElsewhere                                   string
	youWrote                                           string // the field, what stands there, what was written
	reminderEditTitle, reminderChanged, groupEditTitle string
	meetingsTitle, fieldPlaces, hintSession            string

	boardTitle, concernTitle, today string
	works, inTrouble                string
	none                            string // as people write it: no hours, no dates, no channel
	platformLine                    string // platform, state, channels, channels in trouble
	troubleLine                     string // subject, since, reason
	andMore                         string // how many
	unapprovedLine, concernsLine    string // how many
	unapprovedTitle, unapprovedNext string
	willBeSkipped                   string
	dayTitle                        string // weekday, day, month

	fieldGroupID, fieldName, fieldZone, fieldQuiet, fieldLangs string
	fieldPlace, fieldModerators, fieldSession, fieldSkips      string
	fieldTopic, fieldAt, hintAt, fieldGroup, fieldLate         string
}

// state names a delivery's state.
func (p *phrasebook) state(s scheduler.State) string {
	switch s {
	case scheduler.Due:
		return p.due
	case scheduler.Sending:
		return p.sending
	case scheduler.Sent:
		return p.sent
	case scheduler.Skipped:
		return p.skipped
	case scheduler.Failed:
		return p.failed
	}
	return string(s)
}

// kept says what becomes of what was removed.
func (p *phrasebook) kept(d time.Duration) string {
	if d == 0 {
		return p.keptForever
	}
	return fmt.Sprintf(p.keptDays, int(d/(24*time.Hour)))
}

// changed says what is new, and what is gone that nothing new stands for.
func (p *phrasebook) changed(said string, was, now []string) string {
	label := func(line string) string { name, _, _ := strings.Cut(line, ": "); return name }
	isNew := func(line string) bool { return !slices.Contains(was, line) }
	times := make(map[string]int) // of a label: of several lines, none stands for another
	for _, lines := range [][]string{was, now} {
		here := make(map[string]int)
		for _, line := range lines {
			here[label(line)]++
			times[label(line)] = max(times[label(line)], here[label(line)])
		}
	}
	var gone []string
	for _, line := range was {
		stands := times[label(line)] == 1 && slices.ContainsFunc(now, func(l string) bool { return isNew(l) && label(l) == label(line) })
		if !slices.Contains(now, line) && !stands {
			gone = append(gone, line)
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(now), func(line string) bool { return !isNew(line) })
	if len(fresh)+len(gone) == 0 {
		return p.unchanged
	}
	if len(fresh) > 0 {
		said += " " + strings.Join(fresh, "; ") + "."
	}
	if len(gone) > 0 {
		said += " " + fmt.Sprintf(p.noLonger, strings.Join(gone, "; "))
	}
	return said
}

// quietHours writes a group's quiet hours.
func (p *phrasebook) quietHours(s string) string {
	if isNone(s) {
		return p.none
	}
	return s
}

// list is a list's title, introduction and what is chosen from it.
func (p *phrasebook) list(name string) (title, intro, choose string) {
	var t [3]string
	switch name {
	case "strategies":
		t = p.strategies
	case "challenges":
		t = p.challenges
	case "agreements":
		t = p.agreements
	case "confidentiality":
		t = p.confidentiality
	}
	return t[0], t[1], t[2]
}

func english() *phrasebook {
	return &phrasebook{
		none:           "none",
		pointer:        "Need help now? Use %s, or call 911 or 988.",
		apology:        "Something went wrong here. Nothing was changed as far as this program knows. Please try again in a moment.",
		refused:        "Only moderators can change things here. You can still ask everything that help lists.",
		refusedDiscord: "Only moderators can change things: people with the Manage Server right, or the moderator role. You can still ask everything that /help lists.",
		refusedSlack:   "Only staff can change things: members of the staff channel. You can still ask everything that /circle help lists.",
		unapproved:     "A clinician has not approved these words yet.",
		draft:          "Draft: a clinician has not approved this translation yet.",
		nothingHere:    "There is no text for this yet. Please ask a facilitator.",

		strategies:      [3]string{"Six strategies for trust", "Small things that help a group trust one another. Choose one to read it.", "Choose a strategy"},
		challenges:      [3]string{"Four challenges, and what helps", "Most groups meet these. Choose one to read what helps.", "Choose a challenge"},
		agreements:      [3]string{"What this group agrees on", "Each agreement has its reason. Choose one to read it.", "Choose an agreement"},
		confidentiality: [3]string{"What is shared here stays here", "Ways to look after one another’s stories. Choose one to read it.", "Choose a reminder"},

		helpTitle:   "What you can ask",
		helpFirst:   "Is anyone in danger? Use %s, or call 911 or 988 now.",
		helpIntro:   "This is an automated bot with fixed text. It is not a person, and nobody watches it. Its answers are shown to you alone.",
		helpChoose:  "Choose a question",
		helpChanges: "For moderators and staff; changes are recorded:",

		previous: "Previous", next: "Next", back: "Back", showAll: "Show all",
		otherReason: "Another reason",
		readMore:    "Read more, for you alone", helpNow: "Help now", contact: "Contact the clinic",
		callNumber: "Call %s",

		noCard:        "There is no card of that name.",
		noCardNear:    "There is no card of exactly that name. Did you mean one of these?",
		noCommand:     "This command is not known. Help lists what can be asked.",
		noCommandNear: "This command is not known. Did you mean one of these?",
		noSub:         "This is not something the command can do. It can do this:",
		argControl:    "What was written for %s has characters that cannot be read. Please type it again.",
		argLong:       "What was written for %s is too long: at most %d characters.",
		argMissing:    "Please say %s as well. Write: %s",

		moment:    "%[1]s, %[2]d %[3]s %[4]d, %[5]s",
		weekdays:  [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months:    [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		nextTimes: "The next times, in %s:", nextAt: "Next: %s",
		noNext: "Nothing comes next.",
		paused: "Paused, with no end set.", pausedUntil: "Paused until %s.",
		due: "due", sending: "being sent", sent: "sent", skipped: "skipped", failed: "failed",
		undo: "Undo", pause: "Pause", resume: "Resume", test: "Test", remove: "Remove", save: "Save", history: "History",
		tested:            "A test goes to %s. The group does not see it.",
		noGroupHere:       "This channel belongs to no group. Name the group, or add one with %s.",
		noGroupNear:       "There is no group %q that can be changed from here. There is: %s.",
		noGroups:          "There are no groups here yet. Add one with %s.",
		lastPlace:         "This would take away the last channel that is yours to change. Remove the group instead.",
		noPlaceHere:       "There is no channel here to post to. Name one.",
		placeElsewhere:    "That channel is not one that can be changed from here.",
		placeClosed:       "The bot cannot post there: %s.",
		placeUnsure:       "That channel cannot be looked up right now. Please try again in a moment.",
		placeOfStaff:      "That is the staff’s own channel, where trouble is told. Choose the group’s.",
		placeBad:          "Posts do not reach it since %s (%s)",
		groupFormTitle:    "Add a group",
		groupAdded:        "The group is added.",
		groupChanged:      "The group is changed.",
		groupResumed:      "The group gets posts again.",
		unchanged:         "Nothing changed: it was like this before.",
		noLonger:          "No longer: %s.",
		groupRemoved:      "The group %s and its reminders are removed: nothing more is posted. %s",
		groupRestored:     "The group and its reminders are back.",
		reminderRestored:  "The reminder is back.",
		removedSome:       "Removed: %d. Restore…",
		restoreTitle:      "What was removed",
		restoreChoose:     "Choose what to bring back",
		nothingRemoved:    "Nothing was removed that can be brought back.",
		groupsTitle:       "Groups",
		chooseGroup:       "Choose a group",
		showReminders:     "Show its reminders",
		reminderFormTitle: "Add a reminder",
		reminderAdded:     "The reminder is added.",
		twice:             "The group has the same reminder already (%s): each of them is posted.",
		reminderRemoved:   "The reminder %s for %s is removed. %s",
		keptDays:          "It can be brought back for %[1]d days; then it is deleted. The record of what was sent is deleted when it is %[1]d days old.",
		keptForever:       "It can be brought back, and the record of what was sent stays, until the clinic deletes them.",
		resumed:           "The reminder is posted again.",
		remindersTitle:    "Reminders",
		chooseReminder:    "Choose a reminder",
		noReminders:       "There are no reminders here yet.",
		rotations:         [5]string{"Agreements, in turn", "Confidentiality, in turn", "Strategies, in turn", "Challenges, in turn", "Foundations, in turn"},
		nextTitle:         "What comes next",
		historyTitle:      "What was posted",
		noHistory:         "Nothing was posted yet.",
		preview:           "Preview: %s",
		willSkip:          "A clinician has not approved these words yet. Until then the reminder is skipped on record.",
		sharePreview:      "Preview: only you see this. It would go to %s.",
		postIt:            "Post it here",
		shareSent:         "It is being posted to %s.",
		shareChanged:      "These words changed, or can no longer be posted. Please look at the preview again.",
		willNotPost:       "This card cannot be posted: a clinician has not approved these words yet.",
		noShare:           "There is no card %q to post. There is for example: %s.",

		categories:     [4]string{"Confidentiality", "Respect", "Conflict", "Something else"},
		concernFirst:   "If anyone is in danger, do not wait: use %s now. Nobody watches this in real time.",
		concernOffer:   "You can also let staff know what a concern is about. They see the topic, the group (%s) and the day: not your name, no words and no time. It can take until the next day, and they cannot answer you here. Choose a topic to see what would be sent.",
		concernConfirm: "This is all that staff would see: %s, the group %s, and the day. They cannot tell who sent it and cannot answer you here. To be heard in person, talk to a facilitator or call the clinic.",
		concernDirect:  "In a direct message there is no group to tell staff about. Ask again in your group’s channel; the answer is shown to you alone.",
		concernNowhere: "This channel belongs to no group. Who to turn to stands above. To let staff know what a concern is about, ask again in your group’s channel; the answer is shown to you alone.",
		concernSend:    "Send it to staff",
		concernSent:    "Staff will see the topic, the group and the day. It can take until the next day.",
		concernIsTaken: "Taken", concernIsDone: "Done",
		concernNowTaken: "The concern is marked as taken. The staff channel shows it.",
		concernNowDone:  "The concern is marked as done. The staff channel shows it.",
		concernGone:     "This concern is not one that can be changed here, or it is done already.",
		concernAlready:  "Somebody else on staff has marked this concern already.",
		showReminder:    "Show the reminder", showGroup: "Show the group",

		look: "Preview", edit: "Edit",
		changedMeanwhile:  "Somebody else changed this meanwhile; nothing of yours is saved yet. Their values stand in the form now. What they changed:",
		changedElsewhere:  "Something that is not in this form, such as a pause.",
		youWrote:          "%s: %s; you wrote: %s",
		reminderEditTitle: "Edit the reminder",
		reminderChanged:   "The reminder is changed.",
		groupEditTitle:    "Edit the group",
		meetingsTitle:     "Channels and meetings",
		fieldPlaces:       "Channels, with a semicolon between",
		hintSession:       "every Monday at 18:00, 90m",

		boardTitle: "Overview", concernTitle: "Open concern", today: "Today",
		works: "works", inTrouble: "is in trouble now",
		platformLine:    "%s %s. Channels: %d; cannot be reached: %d.",
		troubleLine:     "Trouble: %s, since %s (%s).",
		andMore:         "And %d more.",
		unapprovedLine:  "Cards without a clinician’s approval: %d",
		concernsLine:    "Open concerns: %d",
		willBeSkipped:   "will be skipped, not approved yet",
		unapprovedTitle: "Cards without approval",
		unapprovedNext:  "They are skipped on record until a clinician has read and approved them. Whoever runs this bot puts the approval on record.",
		dayTitle:        "%s, %d %s",

		fieldGroupID: "Short name", fieldName: "Name", fieldZone: "Time zone", fieldQuiet: "Hours without posts", fieldLangs: "Languages",
		fieldPlace: "Channel", fieldModerators: "Channel for moderators", fieldSession: "Meets", fieldSkips: "No group on",
		fieldTopic: "What", fieldAt: "When", hintAt: "every Monday at 9:00", fieldGroup: "Group", fieldLate: "How late it may be",
	}
}

//nolint:misspell // Spanish
func spanish() *phrasebook {
	return &phrasebook{
		none:           "ninguna",
		pointer:        "¿Necesita ayuda ahora? Use %s, o llame al 911 o al 988.",
		apology:        "Algo falló aquí. Hasta donde sabe este programa, no se cambió nada. Inténtelo otra vez en un momento.",
		refused:        "Solo quienes moderan pueden hacer cambios aquí. Usted puede preguntar todo lo que muestra la ayuda.",
		refusedDiscord: "Solo quienes moderan pueden hacer cambios: personas con el permiso Administrar servidor o el rol de moderación. Usted puede preguntar todo lo que muestra /ayuda.",
		refusedSlack:   "Solo el personal puede hacer cambios: quienes están en el canal del personal. Usted puede preguntar todo lo que muestra /circle ayuda.",
		unapproved:     "Un profesional clínico aún no ha aprobado estas palabras.",
		draft:          "Borrador: un profesional clínico aún no ha aprobado esta traducción.",
		nothingHere:    "Aún no hay texto para esto. Pregunte a quien facilita el grupo.",

		strategies:      [3]string{"Seis estrategias para la confianza", "Cosas pequeñas que ayudan a un grupo a confiar. Elija una para leerla.", "Elija una estrategia"},
		challenges:      [3]string{"Cuatro retos y qué ayuda", "Casi todos los grupos los encuentran. Elija uno para leer qué ayuda.", "Elija un reto"},
		agreements:      [3]string{"Lo que acuerda este grupo", "Cada acuerdo tiene su razón. Elija uno para leerlo.", "Elija un acuerdo"},
		confidentiality: [3]string{"Lo que se comparte aquí queda aquí", "Maneras de cuidar las historias de los demás. Elija una para leerla.", "Elija un recordatorio"},

		helpTitle:   "Qué puede preguntar",
		helpFirst:   "¿Alguien corre peligro? Use %s, o llame ya al 911 o al 988.",
		helpIntro:   "Este es un bot automático con texto fijo. No es una persona y nadie lo vigila. Solo usted ve sus respuestas.",
		helpChoose:  "Elija una pregunta",
		helpChanges: "Para moderación y personal; los cambios quedan registrados:",

		previous: "Anterior", next: "Siguiente", back: "Volver", showAll: "Ver todo",
		otherReason: "Otro motivo",
		readMore:    "Leer más, solo para usted", helpNow: "Ayuda inmediata", contact: "Contactar a la clínica",
		callNumber: "Llamar al %s",

		noCard:        "No hay ninguna tarjeta con ese nombre.",
		noCardNear:    "No hay ninguna tarjeta con ese nombre exacto. ¿Quiso decir una de estas?",
		noCommand:     "No se conoce este comando. La ayuda muestra qué se puede preguntar.",
		noCommandNear: "No se conoce este comando. ¿Quiso decir uno de estos?",
		noSub:         "El comando no puede hacer eso. Puede hacer esto:",
		argControl:    "Lo escrito en %s tiene caracteres que no se pueden leer. Escríbalo otra vez.",
		argLong:       "Lo escrito en %s es demasiado largo: como máximo %d caracteres.",
		argMissing:    "Falta %s. Escriba: %s",

		moment:    "%[1]s, %[2]d de %[3]s de %[4]d, %[5]s",
		weekdays:  [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		months:    [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		nextTimes: "Las próximas veces, en %s:", nextAt: "Próxima: %s",
		noNext: "No hay nada próximo.",
		paused: "En pausa, sin fecha de fin.", pausedUntil: "En pausa hasta %s.",
		due: "pendiente", sending: "enviándose", sent: "enviado", skipped: "omitido", failed: "fallido",
		undo: "Deshacer", pause: "Pausar", resume: "Reanudar", test: "Probar", remove: "Quitar", save: "Guardar", history: "Historial",
		tested:            "Una prueba va a %s. El grupo no la ve.",
		noGroupHere:       "Este canal no es de ningún grupo. Nombre el grupo, o agregue uno con %s.",
		noGroupNear:       "No hay ningún grupo %q que se pueda cambiar desde aquí. Hay: %s.",
		noGroups:          "Aún no hay grupos aquí. Agregue uno con %s.",
		lastPlace:         "Esto quitaría el último canal que usted puede cambiar. Quite mejor el grupo.",
		noPlaceHere:       "Aquí no hay un canal donde publicar. Nombre uno.",
		placeElsewhere:    "Ese canal no se puede cambiar desde aquí.",
		placeClosed:       "El bot no puede publicar allí: %s.",
		placeUnsure:       "Ese canal no se puede consultar ahora. Inténtelo otra vez en un momento.",
		placeOfStaff:      "Ese es el canal del personal, donde se avisa de problemas. Elija el del grupo.",
		placeBad:          "Los mensajes no llegan desde %s (%s)",
		groupFormTitle:    "Agregar un grupo",
		groupAdded:        "El grupo está agregado.",
		groupChanged:      "El grupo está cambiado.",
		groupResumed:      "Se vuelve a publicar en el grupo.",
		unchanged:         "No cambió nada: ya estaba así.",
		noLonger:          "Ya no: %s.",
		groupRemoved:      "El grupo %s y sus recordatorios se quitaron: no se publica nada más. %s",
		groupRestored:     "El grupo y sus recordatorios están de vuelta.",
		reminderRestored:  "El recordatorio está de vuelta.",
		removedSome:       "Quitados: %d. Restaurar…",
		restoreTitle:      "Lo que se quitó",
		restoreChoose:     "Elija qué restaurar",
		nothingRemoved:    "No se quitó nada que se pueda recuperar.",
		groupsTitle:       "Grupos",
		chooseGroup:       "Elija un grupo",
		showReminders:     "Ver sus recordatorios",
		reminderFormTitle: "Agregar recordatorio",
		reminderAdded:     "El recordatorio está agregado.",
		twice:             "El grupo ya tiene el mismo recordatorio (%s): se publican los dos.",
		reminderRemoved:   "El recordatorio %s de %s se quitó. %s",
		keptDays:          "Se puede recuperar durante %[1]d días; después se borra. El registro de lo enviado se borra a los %[1]d días.",
		keptForever:       "Se puede recuperar, y el registro de lo enviado queda, hasta que la clínica lo borre.",
		resumed:           "El recordatorio se publica otra vez.",
		remindersTitle:    "Recordatorios",
		chooseReminder:    "Elija un recordatorio",
		noReminders:       "Aún no hay recordatorios aquí.",
		rotations:         [5]string{"Acuerdos, por turnos", "Confidencialidad, por turnos", "Estrategias, por turnos", "Retos, por turnos", "Bases, por turnos"},
		nextTitle:         "Lo que sigue",
		historyTitle:      "Lo publicado",
		noHistory:         "Aún no se ha publicado nada.",
		preview:           "Vista previa: %s",
		willSkip:          "Un profesional clínico aún no ha aprobado estas palabras. Hasta entonces el recordatorio se omite y queda registrado.",
		sharePreview:      "Vista previa: solo usted ve esto. Iría a %s.",
		postIt:            "Publicar aquí",
		shareSent:         "Se está publicando en %s.",
		shareChanged:      "Estas palabras cambiaron, o ya no se pueden publicar. Mire otra vez la vista previa.",
		willNotPost:       "Esta tarjeta no se puede publicar: un profesional clínico aún no ha aprobado estas palabras.",
		noShare:           "No hay ninguna tarjeta %q que publicar. Hay por ejemplo: %s.",

		categories:     [4]string{"Confidencialidad", "Respeto", "Conflicto", "Otra cosa"},
		concernFirst:   "Si alguien está en peligro, no espere: use %s ahora. Nadie mira esto en tiempo real.",
		concernOffer:   "También puede hacer saber al personal de qué trata una inquietud. Ve el tema, el grupo (%s) y el día: ni su nombre, ni palabras, ni la hora. Puede tardar hasta el día siguiente y no puede responderle aquí. Elija un tema para ver qué se enviaría.",
		concernConfirm: "Esto es todo lo que vería el personal: %s, el grupo %s y el día. No puede saber quién lo envió ni responderle aquí. Para hablar con alguien, acuda a quien facilita o llame a la clínica.",
		concernDirect:  "En un mensaje directo no hay un grupo del que avisar. Pregunte otra vez en el canal de su grupo; solo usted ve la respuesta.",
		concernNowhere: "Este canal no es de ningún grupo. Arriba se dice a quién acudir. Para hacer saber al personal de qué trata una inquietud, pregunte otra vez en el canal de su grupo; solo usted ve la respuesta.",
		concernSend:    "Enviar al personal",
		concernSent:    "El personal verá el tema, el grupo y el día. Puede tardar hasta el día siguiente.",
		concernIsTaken: "Atendida", concernIsDone: "Terminada",
		concernNowTaken: "La inquietud está marcada como atendida. El canal del personal lo muestra.",
		concernNowDone:  "La inquietud está marcada como terminada. El canal del personal lo muestra.",
		concernGone:     "Esta inquietud no se puede cambiar aquí, o ya está terminada.",
		concernAlready:  "Otra persona del personal ya marcó esta inquietud.",
		showReminder:    "Ver el recordatorio", showGroup: "Ver el grupo",

		look: "Vista previa", edit: "Editar",
		changedMeanwhile:  "Otra persona cambió esto mientras tanto; lo suyo aún no se ha guardado. En el formulario están ahora los valores nuevos. Lo que cambió:",
		changedElsewhere:  "Algo que no está en este formulario, como una pausa.",
		youWrote:          "%s: %s; usted escribió: %s",
		reminderEditTitle: "Editar recordatorio",
		reminderChanged:   "El recordatorio está cambiado.",
		groupEditTitle:    "Editar el grupo",
		meetingsTitle:     "Canales y reuniones",
		fieldPlaces:       "Canales, separados por punto y coma",
		hintSession:       "cada lunes a las 18:00, 90m",

		boardTitle: "Resumen", concernTitle: "Inquietud abierta", today: "Hoy",
		works: "funciona", inTrouble: "tiene un problema ahora",
		platformLine:    "%s %s. Canales: %d; sin acceso: %d.",
		troubleLine:     "Problema: %s, desde %s (%s).",
		andMore:         "Y %d más.",
		unapprovedLine:  "Tarjetas sin aprobación clínica: %d",
		concernsLine:    "Inquietudes abiertas: %d",
		willBeSkipped:   "se omitirá, aún sin aprobación",
		unapprovedTitle: "Tarjetas sin aprobación",
		unapprovedNext:  "Se omiten y queda registrado hasta que un profesional clínico las haya leído y aprobado. La aprobación la registra quien mantiene este bot.",
		dayTitle:        "%s, %d de %s",

		fieldGroupID: "Nombre corto", fieldName: "Nombre", fieldZone: "Zona horaria", fieldQuiet: "Horas sin mensajes", fieldLangs: "Idiomas",
		fieldPlace: "Canal", fieldModerators: "Canal de moderación", fieldSession: "Se reúne", fieldSkips: "Sin grupo el",
		fieldTopic: "Qué", fieldAt: "Cuándo", hintAt: "cada lunes a las 9:00", fieldGroup: "Grupo", fieldLate: "Retraso permitido",
	}
}
