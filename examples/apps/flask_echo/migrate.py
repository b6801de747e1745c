"""Makes the table that the Flask echo keeps messages in; run before it as an init container."""

import storage

storage.migrate()
print("the table messages is there")
