package account

import "slices"

// Zones are those of Mexico since the law of October 2022, the centre first. The
// towns at the northern border keep daylight saving and have zones of their own.
var Zones = []string{
	"America/Mexico_City", "America/Cancun", "America/Chihuahua", "America/Hermosillo", "America/Mazatlan", "America/Tijuana",
	"America/Monterrey", "America/Merida", "America/Bahia_Banderas", "America/Ciudad_Juarez", "America/Ojinaga", "America/Matamoros",
}

// zoneOfState is the zone that holds for most of a state, by INEGI's key, where it
// is not the one of the centre.
var zoneOfState = map[string]string{
	"02": "America/Tijuana",    // Baja California
	"03": "America/Mazatlan",   // Baja California Sur
	"08": "America/Chihuahua",  //
	"18": "America/Mazatlan",   // Nayarit
	"23": "America/Cancun",     // Quintana Roo
	"25": "America/Mazatlan",   // Sinaloa
	"26": "America/Hermosillo", // Sonora
}

// ZoneOf is the zone to propose for a state.
func ZoneOf(state string) string {
	if zone := zoneOfState[state]; zone != "" {
		return zone
	}
	return Zones[0]
}

func knownZone(zone string) bool { return slices.Contains(Zones, zone) }
