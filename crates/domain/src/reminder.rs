//! Reminders of invoices that were not paid in time: what the law of a country lets them cost, what an organisation has
//! chosen within that, who is reminded, and the interest by the day.
//!
//! A reminder is a document of its own with a number of its own series. It asks for its fee and the interest, which are
//! posted by it; what is open of the invoices stays where it was posted, and is told beside it.

mod choice;
mod figure;
mod interest;
mod settings;

pub use choice::{Candidate, LeftOut, judge};
pub use figure::{Figure, FigureDraft, FigureKind, Figures, half_year_of, standard_figures};
pub use interest::{Interest, NoRate, Owed, interest};
pub use settings::{ReminderDraft, ReminderSettings};
