//! A document of A4 pages, and the verbs that put text and lines on one. Lengths are points from the top left.

use std::num::NonZeroU16;

use chrono::{Datelike as _, NaiveDate};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree};
use stolpe_domain::language::Language;

use super::style::LINE;
use super::{Faces, PdfError, Style, Weight};

/// A4, in points.
const PAGE_WIDTH: f32 = mm(210.0);
/// A4, in points.
pub(crate) const PAGE_HEIGHT: f32 = mm(297.0);

/// So many documents later, what was kept of one and not used since is forgotten.
const KEPT: usize = 8;

/// Millimetres as points.
pub(crate) const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// What a document says about itself.
pub(crate) struct PaperInfo<'a> {
    pub(crate) title: &'a str,
    pub(crate) author: &'a str,
    pub(crate) date: NaiveDate,
    pub(crate) language: Language,
}

/// The level of the one heading that names a page.
pub(crate) const TITLE: NonZeroU16 = NonZeroU16::MIN;
/// The level of the headings below it.
pub(crate) const PART: NonZeroU16 = NonZeroU16::MIN.saturating_add(1);

/// A document in the making.
pub(crate) struct Paper {
    document: Document,
    outline: Outline,
    tags: TagTree,
    pages: usize,
}

impl Paper {
    pub(crate) fn new(info: &PaperInfo<'_>) -> Result<Self, PdfError> {
        let configuration = ConfigurationBuilder::new()
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|refusal| PdfError::Writer(format!("{refusal:?}")))?;
        let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        let year = u16::try_from(info.date.year()).unwrap_or(0);
        let (month, day) = (u8::try_from(info.date.month()).unwrap_or(1), u8::try_from(info.date.day()).unwrap_or(1));
        document.set_metadata(
            Metadata::new()
                .title(info.title.to_owned())
                .authors(vec![info.author.to_owned()])
                .creator("Stolpe".to_owned())
                .creation_date(DateTime::new(year).month(month).day(day))
                .language(info.language.tag().to_owned()),
        );
        let tags = TagTree::new().with_lang(Some(info.language.tag().to_owned()));
        Ok(Self { document, outline: Outline::new(), tags, pages: 0 })
    }

    /// Adds one page, drawn by `draw`. A bookmark leads to it unless it is empty.
    pub(crate) fn page(
        &mut self,
        bookmark: &str,
        language: Language,
        draw: impl FnOnce(&mut Leaf<'_>),
    ) -> Result<(), PdfError> {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
            .ok_or_else(|| PdfError::Writer("A4 is no page".to_owned()))?;
        let faces = Faces::shared()?;
        let section = {
            let mut page = self.document.start_page_with(settings);
            let section = TagGroup::new(Tag::Section.with_lang(Some(language.tag().to_owned())));
            let mut surface = page.surface();
            if self.pages == 0 {
                begin_alphabets(&mut surface, faces);
            }
            let mut leaf = Leaf { surface, faces, section, rules: Vec::new() };
            draw(&mut leaf);
            leaf.draw_rules();
            leaf.section
            // Surface and page are written as they fall out of scope, in this order.
        };
        self.tags.push(section);
        if !bookmark.is_empty() {
            let top = XyzDestination::new(self.pages, Point::from_xy(0.0, 0.0));
            self.outline.push_child(OutlineNode::new(bookmark.to_owned(), top));
        }
        self.pages += 1;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Vec<u8>, PdfError> {
        self.document.set_outline(self.outline);
        self.document.set_tag_tree(self.tags);
        let written = self.document.finish().map_err(|refusal| PdfError::Writer(format!("{refusal:?}")));
        comemo::evict(KEPT);
        written
    }
}

/// Lets the subsets of the typefaces begin alike, with nothing to be seen of it: what is drawn aside is on no page.
fn begin_alphabets(surface: &mut Surface<'_>, faces: &Faces) {
    let mut aside = surface.stream_builder();
    let mut drawn = aside.surface();
    for weight in [Weight::Regular, Weight::SemiBold] {
        let (shaped, text) = faces.alphabet(weight);
        drawn.draw_glyphs(Point::from_xy(0.0, 0.0), &shaped.glyphs, shaped.font.clone(), text, 10.0, false);
    }
    drawn.finish();
    drop(aside.finish());
}

/// One page in the making.
pub(crate) struct Leaf<'p> {
    surface: Surface<'p>,
    pub(crate) faces: &'static Faces,
    section: TagGroup,
    /// Hairlines, drawn as one shape when the page is done: a table has more of them than of anything else.
    rules: Vec<(f32, f32, f32, f32)>,
}

impl Leaf<'_> {
    /// Draws one line with its top at `y` and gives its place in the reading order, to be put under a tag.
    pub(crate) fn words(&mut self, x: f32, y: f32, style: &Style, text: &str) -> Identifier {
        let identifier = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        self.draw_words(x, y, style, text);
        self.surface.end_tagged();
        identifier
    }

    /// Draws a text that is not part of what is read aloud, such as a page number.
    pub(crate) fn aside(&mut self, x: f32, y: f32, style: &Style, text: &str) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        self.draw_words(x, y, style, text);
        self.surface.end_tagged();
    }

    /// Draws ready lines as one element and gives the y below them.
    pub(crate) fn lines(&mut self, tag: impl Into<TagKind>, x: f32, y: f32, style: &Style, lines: &[String]) -> f32 {
        let mut group = TagGroup::new(tag);
        let mut y = y;
        for line in lines.iter().filter(|line| !line.is_empty()) {
            group.push(self.words(x, y, style, line));
            y += style.leading;
        }
        self.read(group);
        y
    }

    /// Wraps a text, draws it as one element and gives the y below it.
    pub(crate) fn block(
        &mut self,
        tag: impl Into<TagKind>,
        x: f32,
        y: f32,
        width: f32,
        style: &Style,
        text: &str,
    ) -> f32 {
        let text = self.faces.printable(text, style.weight);
        let lines = self.faces.lines(&text, style, width);
        self.lines(tag, x, y, style, &lines)
    }

    /// Wraps a heading and draws it; its words are also its title in the list of headings that readers offer.
    pub(crate) fn heading(&mut self, level: NonZeroU16, x: f32, y: f32, width: f32, style: &Style, text: &str) -> f32 {
        self.block(Tag::Hn(level, Some(text.to_owned())), x, y, width, style, text)
    }

    /// Adds an element to the reading order of the page.
    pub(crate) fn read(&mut self, group: TagGroup) {
        self.section.push(group);
    }

    /// Fills a rectangle that carries no meaning.
    pub(crate) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: (u8, u8, u8)) {
        self.fill_all(&[(x, y, width, height)], ink);
    }

    /// Fills rectangles that carry no meaning, as one shape.
    pub(crate) fn fill_all(&mut self, rectangles: &[(f32, f32, f32, f32)], ink: (u8, u8, u8)) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        self.draw_rectangles(rectangles, ink);
        self.surface.end_tagged();
    }

    /// A picture of which one unit is `scale` points, with its corner at a point of the page: whole units stay whole numbers
    /// in the file.
    pub(crate) fn scaled_picture(
        &mut self,
        rectangles: &[(f32, f32, f32, f32)],
        (x, y): (f32, f32),
        scale: f32,
        description: String,
    ) {
        self.surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, near(x), near(y)));
        self.picture(rectangles, (0, 0, 0), description);
        self.surface.pop();
    }

    /// Fills rectangles as a picture with a description and adds it to the reading order.
    pub(crate) fn picture(&mut self, rectangles: &[(f32, f32, f32, f32)], ink: (u8, u8, u8), description: String) {
        let identifier = self.surface.start_tagged(ContentTag::Other);
        self.draw_rectangles(rectangles, ink);
        self.surface.end_tagged();
        let mut figure = TagGroup::new(Tag::Figure(Some(description)));
        figure.push(identifier);
        self.read(figure);
    }

    /// Draws an image with its corner at a point, with a description, and adds it to the reading order.
    pub(super) fn image(&mut self, image: Image, (x, y): (f32, f32), (width, height): (f32, f32), description: String) {
        let Some(size) = Size::from_wh(near(width), near(height)) else { return };
        self.surface.push_transform(&Transform::from_translate(near(x), near(y)));
        let identifier = self.surface.start_tagged(ContentTag::Other);
        self.surface.draw_image(image, size);
        self.surface.end_tagged();
        self.surface.pop();
        let mut figure = TagGroup::new(Tag::Figure(Some(description)));
        figure.push(identifier);
        self.read(figure);
    }

    /// Notes a hairline from one x to another, for the end of the page.
    pub(crate) fn rule(&mut self, left: f32, right: f32, y: f32) {
        self.rules.push((left, y, right - left, 0.4));
    }

    fn draw_rules(&mut self) {
        let rules = std::mem::take(&mut self.rules);
        if !rules.is_empty() {
            self.fill_all(&rules, LINE);
        }
    }

    /// Draws the outline of a rectangle.
    pub(crate) fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, line: f32, ink: (u8, u8, u8)) {
        let sides = [
            (x, y, width, line),
            (x, y + height - line, width, line),
            (x, y + line, line, height - 2.0 * line),
            (x + width - line, y + line, line, height - 2.0 * line),
        ];
        self.fill_all(&sides, ink);
    }

    fn draw_words(&mut self, x: f32, y: f32, style: &Style, text: &str) {
        let shaped = self.faces.shape(text, style.weight);
        self.surface.set_fill(Some(fill_of(style.ink)));
        // The first baseline lies one size below the top: room for Å and for the tallest capitals.
        let start = Point::from_xy(near(x), near(y + style.size));
        self.surface.draw_glyphs(start, &shaped.glyphs, shaped.font.clone(), text, style.size, false);
    }

    fn draw_rectangles(&mut self, rectangles: &[(f32, f32, f32, f32)], ink: (u8, u8, u8)) {
        let mut path = PathBuilder::new();
        for (x, y, width, height) in rectangles {
            if let Some(rectangle) = Rect::from_ltrb(near(*x), near(*y), near(x + width), near(y + height)) {
                path.push_rect(rectangle);
            }
        }
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill_of(ink)));
            self.surface.draw_path(&path);
        }
    }
}

/// To the hundredth of a point: finer than any printer, and half the figures in the file.
fn near(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}

fn fill_of((red, green, blue): (u8, u8, u8)) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

pub(super) fn bare_page(texts: &[String]) -> Result<Vec<u8>, PdfError> {
    let faces = Faces::shared()?;
    let mut document = Document::new();
    let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT);
    let mut page = document.start_page_with(settings.ok_or_else(|| PdfError::Writer("A4 is no page".to_owned()))?);
    let mut surface = page.surface();
    let mut y = 40.0;
    for text in texts {
        let shaped = faces.shape(text, super::Weight::Regular);
        surface.draw_glyphs(Point::from_xy(40.0, y), &shaped.glyphs, shaped.font.clone(), text, 9.5, false);
        y += 7.0;
    }
    surface.finish();
    page.finish();
    let written = document.finish().map_err(|refusal| PdfError::Writer(format!("{refusal:?}")));
    comemo::evict(KEPT);
    written
}
