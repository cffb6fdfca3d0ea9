mmspan --version
