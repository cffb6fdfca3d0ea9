mmspan explain
