"""Pure computations on forms and answers: no database, no clock, no Django."""
