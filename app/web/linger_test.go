package web

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestTooLargeIsRead: whoever sends far more than is read at all gets the answer, in
// words, and not the end of her connection; over TLS, too.
func TestTooLargeIsRead(t *testing.T) {
	x := newSite(t)
	plain := x.listen(nil)
	sealed := newSite(t).listen(func(ln net.Listener) net.Listener {
		return TLS(ln, &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}})
	})
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for _, at := range []string{"http://" + plain, "https://" + sealed} {
		for range 4 {
			r, err := client.Post(at+"/denuncia", "multipart/form-data; boundary=x", strings.NewReader(strings.Repeat("x", 40<<20)))
			if err != nil {
				t.Fatalf("%s: %v", at, err)
			}
			page, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil || r.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(page), "<h1>") {
				t.Errorf("%s: %d %v %.200s", at, r.StatusCode, err, page)
			}
		}
	}
}
