//! Fields for texts that have values in them: `{{ profile.name | default(value="friend") }}`. What is written is coloured,
//! values and functions are proposed while they are typed or picked from a panel, and what is wrong is told at its place. Each
//! is a plain field of its form, which works without the page's program.
//!
//! | file | holds |
//! |---|---|
//! | `field`, `editor` | the field, and what happens in it |
//! | `marks`, `painting`, `layer` | what is coloured, as HTML, in the page |
//! | `control` | the text and the cursor of an `<input>` or a `<textarea>` |
//! | `asked`, `proposals`, `list` | what is being typed, what could be meant, the list of it |
//! | `vocabulary` | the values and fragments that are known |
//! | `insertion`, `panel` | an expression for a value, and the panel that asks for it |
//! | `told` | what is wrong, once the person pauses |

mod asked;
mod control;
mod editor;
mod field;
mod insertion;
mod layer;
mod list;
mod marks;
mod painting;
mod panel;
mod proposals;
mod told;
mod vocabulary;

pub use control::{insert_text, put_text};
pub use field::ExpressionField;
pub use panel::InsertValue;
pub use vocabulary::{Vocabulary, values_of_content, values_of_mail};
