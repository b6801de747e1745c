"""What authors read of rules that hold in many places."""

from polypod import Secret, concat

JOIN = "join its parts with concat(), or with pulumi.Output.concat() for an image"
LOST = "a secret, a template or a Pulumi output was put into a string, which cannot hold its value"
MEMORY = "write an amount of memory such as '256Mi' or '1G'"
NAME = "use 1 to 50 lower-case letters, digits and hyphens, a letter first and no hyphen last"
SURROGATE = "a character in it has no encoding in UTF-8 (a surrogate)"
TIME = "write a time span such as '30s', '500ms' or '2m'"
URL = f"{concat('http://', Secret('geheim'))}/app"
"""What becomes of a secret that is put into a string."""
