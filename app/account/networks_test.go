package account

import (
	"testing"

	"declara/storage"
)

func TestNetworks(t *testing.T) {
	for _, c := range []struct {
		in   string
		want string
		bad  string
	}{
		{"", "", ""},
		{"10.1.2.3/8\r\n 10.0.0.0/8, 201.1.2.3", "10.0.0.0/8\n201.1.2.3/32", ""},
		{"2001:db8::1/48;::ffff:10.1.1.1", "2001:db8::/48\n10.1.1.1/32", ""},
		{"10.0.0.0/8 palacio", "", "palacio"},
		{"0.0.0.0/0", "", "0.0.0.0/0"},
		{"10.0.0.0/33", "", "10.0.0.0/33"},
	} {
		i := storage.Institution{Networks: c.in}
		if bad := cleanNetworks(&i); bad != c.bad || bad == "" && i.Networks != c.want {
			t.Errorf("%q: %q, %q", c.in, i.Networks, bad)
		}
	}
}
