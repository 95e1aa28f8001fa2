"""Work that may hang, crash or eat memory -> a killable process, and what it answers."""
