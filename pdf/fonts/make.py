#!/usr/bin/python3
"""Make the TrueType files of this folder from the packages that README.md names.

usage: make.py FOLDER_WITH_UNPACKED_PACKAGES

Needs fontTools and brotli (Debian: fonttools, python3-brotli). Nobody needs this
to build declara: the files it makes are kept beside it.
"""
import sys
from io import BytesIO
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


def tabular(font):
    """Figures of one width: what the stylesheet asks as tabular-nums."""
    if "GSUB" not in font:
        return
    swap = {}
    gsub = font["GSUB"].table
    for rec in gsub.FeatureList.FeatureRecord:
        if rec.FeatureTag == "tnum":
            for i in rec.Feature.LookupListIndex:
                for sub in gsub.LookupList.Lookup[i].SubTable:
                    swap.update(getattr(sub, "ExtSubTable", sub).mapping)
    for table in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            if code in table.cmap:
                table.cmap[code] = swap.get(table.cmap[code], table.cmap[code])


def cut(font, wanted):
    """Keep the glyphs of wanted, without layout tables: gofpdf reads none."""
    opt = Options()
    opt.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT", "DSIG", "FFTM", "kern"]
    opt.layout_features = []
    opt.hinting = False
    opt.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    opt.notdef_outline = True
    sub = Subsetter(opt)
    sub.populate(unicodes=wanted)
    sub.subset(font)
    return font


def stem(path, axes, marks=range(0x300, 0x370)):
    font = TTFont(path)
    font.flavor = None
    instantiateVariableFont(font, axes, inplace=True)
    tabular(font)
    # Letters with loose accents need GPOS, which gofpdf does not do: they are
    # left to DejaVu, whose marks stand well without it.
    cut(font, [c for c in font.getBestCmap() if c not in marks])
    out = BytesIO()
    font.save(out)
    out.seek(0)
    return out


def save(font, family, style):
    """Name the font, forget the hour, write the file."""
    for rec in font["name"].names:
        new = {1: family, 2: style, 3: f"declara: {family} {style}", 4: f"{family} {style}",
               6: f"{family.replace(' ', '')}-{style}"}.get(rec.nameID)
        if new:
            rec.string = new
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(f"{family.replace(' ', '')}-{style}.ttf")


def dejavu(file):
    font = TTFont(DEJAVU / file)
    font.flavor = None
    return font


# What DejaVu lends: every letter of its alphabets that are written from stroke to
# stroke, loose accents, saltillo, signs; not its box drawings, braille or emoji.
LENT = [
    *range(0x20, 0x590), *range(0x590, 0x700), *range(0x10A0, 0x1100), *range(0x1D00, 0x2000),
    *range(0x2000, 0x2300), *range(0x25A0, 0x27C0), *range(0x2C60, 0x2C80), *range(0xA640, 0xA6A0),
    *range(0xA700, 0xA800), *range(0xFB00, 0xFB07), 0xFFFD,
]


def main(src):
    asap = src / "asap" / "files"
    faustina = src / "faustina" / "files"
    both = ("latin", "latin-ext")
    for style, weight in (("Regular", 400), ("Bold", 700)):
        save(Merger().merge([stem(asap / f"asap-{part}-standard-normal.woff2",
                                  {"wght": weight, "wdth": 100}) for part in both]), "Asap", style)
    save(Merger().merge([stem(faustina / f"faustina-{part}-wght-normal.woff2", {"wght": 700})
                         for part in both]), "Faustina", "Bold")
    save(cut(dejavu("DejaVuSansMono.ttf"), [*range(0x20, 0x7F), 0xB7, 0x2026]), "DejaVu Sans Mono", "Regular")
    save(cut(dejavu("DejaVuSansCondensed.ttf"), LENT), "DejaVu Sans Condensed", "Regular")
    save(cut(dejavu("DejaVuSansCondensed-Bold.ttf"), LENT), "DejaVu Sans Condensed", "Bold")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
