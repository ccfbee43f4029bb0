//! A program as a tree: as much of C and of Python as programs with sockets need, in one form for both.

/// A place in the program's text: the line, from 1, and the bytes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    pub line: usize,
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub what: What,
    pub at: At,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Name(String),
    Int(i64),
    /// A number with a point: a time.
    Float(f64),
    Bytes(Vec<u8>),
    /// Python's text, which is no bytes before it is encoded; here it is UTF-8.
    Text(Vec<u8>),
    /// Parts that make one text: an f-string, or literals side by side.
    Pieces(Vec<Expr>),
    /// A tuple, a list, what stands in braces.
    List(Vec<Expr>),
    /// A field that is given by name: in a call of Python, in braces of C.
    Named(String, Box<Expr>),
    Call(Box<Expr>, Vec<Expr>),
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    Unary(&'static str, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// C's, which is an expression; what stands before `=` of `+=` and the like.
    Assign(Option<&'static str>, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `sizeof`; none for a type.
    Sizeof(Option<Box<Expr>>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    pub does: Does,
    pub at: At,
    /// The last line of it.
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    Expr(Expr),
    /// Python's: every target gets the value.
    Assign(Vec<Expr>, Expr),
    /// C's: a name, its array's size, whether it is a structure, and its value.
    Declare {
        name: String,
        size: Option<Option<Expr>>,
        structure: bool,
        value: Option<Expr>,
    },
    With(Vec<(Expr, Option<Expr>)>, Vec<Stmt>),
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// What is done before, the condition (none: no end), what is done after each round; `after`: the condition is asked behind a round.
    Loop {
        first: Vec<Stmt>,
        while_: Option<Expr>,
        step: Option<Expr>,
        body: Vec<Stmt>,
        after: bool,
    },
    For(Expr, Expr, Vec<Stmt>),
    Function(Function),
    Return(Option<Expr>),
    Break,
    Continue,
    /// What is tried, what is done about errors, what is done at the end.
    Try {
        body: Vec<Stmt>,
        handlers: Vec<Stmt>,
        otherwise: Vec<Stmt>,
        last: Vec<Stmt>,
    },
    /// Python's: the names that an import brings; `*` for all of a module's.
    Import(Vec<String>),
    /// Says nothing to a socket: prototypes, `pass`.
    Nothing,
    /// A word of the language that is read and not understood (`class`, `goto`), with its name.
    Unread(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    pub name: String,
    /// Names, and values where none is given.
    pub params: Vec<(String, Option<Expr>)>,
    pub body: Vec<Stmt>,
}
