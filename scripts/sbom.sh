#!/usr/bin/env bash
# Prints the bill of materials of a command that Go built, as CycloneDX JSON: the modules
# that the linker wrote into it, with the sums that Go checks.
#
#   scripts/sbom.sh COMMAND
set -euo pipefail
go version -m "$1" | python3 -c '
import base64, json, sys

def component(kind, path, version, h1=None):
    purl = f"pkg:golang/{path}@{version}"
    c = {"type": kind, "bom-ref": purl, "name": path, "version": version, "purl": purl}
    if h1:
        c["hashes"] = [{"alg": "SHA-256", "content": base64.b64decode(h1.removeprefix("h1:")).hex()}]
    return c

lines = [line.split() for line in sys.stdin]
go = lines[0][-1].removeprefix("go")
main = next(component("application", *f[1:4]) for f in lines if f[0] == "mod")
parts = [component("library", *f[1:4]) for f in lines if f[0] == "dep"] + [component("library", "std", go)]
json.dump({
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {"component": main},
    "components": parts,
    "dependencies": [{"ref": main["bom-ref"], "dependsOn": [c["bom-ref"] for c in parts]}],
}, sys.stdout, indent=2)
print()'
