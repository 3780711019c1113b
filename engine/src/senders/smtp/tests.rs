// scripted servers
