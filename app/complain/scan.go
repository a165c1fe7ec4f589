package complain

import (
	"context"

	"declara/app/complain/evidence"
	"declara/app/errs"
)

// CleanScan reads the scan of a paper that is not a complaint, with the same care and in
// the same turn as the files of complaints, and gives it without what tells more than the
// paper did. A page is a PDF or a photograph; kind tells which. The error is in words.
func (s *Service) CleanScan(ctx context.Context, b []byte) (clean []byte, kind string, err error) {
	var is evidence.Kind
	if err := s.guarded(func() (err error) { is, err = evidence.Inspect("", b); return err }); err != nil && evidence.Why(err) != evidence.Unknown {
		return nil, "", refusal(err)
	}
	if is != evidence.PDF && is != evidence.JPEG {
		return nil, "", errs.New(errs.Invalid, "onpaper.error.kind")
	}
	w, err := s.cleaned(ctx, is, b)
	return w.Bytes, string(w.Kind), err
}
