package campaign

import (
	"declara/app/campaign/ics"
	"declara/i18n"
	"declara/storage"
)

// calendar is the last day of a duty, for the calendar of a phone.
func (s *Service) calendar(p *i18n.Printer, body storage.Institution, o *Owed) ([]byte, error) {
	zone, err := body.Location()
	if err != nil {
		return nil, err
	}
	return ics.Write(s.Clock(), zone, ics.Event{
		UID: ics.UID(o.Duty, o.Person), Due: o.Due, Legal: o.Legal, URL: s.Base + "/declaraciones",
		Title: p.T("declare.calendar.summary", Title(p, o)), Text: p.T("declare.calendar.text", body.Name),
	}), nil
}
