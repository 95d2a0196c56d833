"""How people see it: accessible HTML for citizens, operators, relatives and data users."""
