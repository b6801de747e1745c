module polypod.local/toolchain/pause

go 1.24.0
