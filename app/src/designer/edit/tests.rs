use domain::design::{Block, BlockKind, Column, Design, PartId, Row, Theme};

use super::*;

fn spacer(id: PartId) -> Block {
    Block::of(id, BlockKind::Spacer { height: 10 })
}

fn row(id: PartId, columns: &[&[PartId]]) -> Row {
    let widths = equal_widths(columns.len());
    let column = |(ids, width): (&&[PartId], u8)| Column {
        width,
        blocks: ids.iter().map(|id| spacer(*id)).collect(),
        ..Column::default()
    };
    Row { id, columns: columns.iter().zip(widths).map(column).collect(), ..Row::default() }
}

/// Row 1 with the blocks 2 and 3; row 4 with 5 at the left and nothing at the right.
fn design() -> Design {
    Design { rows: vec![row(1, &[&[2, 3]]), row(4, &[&[5], &[]])], ..Design::default() }
}

/// `1:[2 3] 4:[5][]`.
fn drawn(design: &Design) -> String {
    let ids = |column: &Column| column.blocks.iter().map(|it| it.id.to_string()).collect::<Vec<_>>().join(" ");
    let columns = |row: &Row| row.columns.iter().map(|it| format!("[{}]", ids(it))).collect::<String>();
    design.rows.iter().map(|row| format!("{}:{}", row.id, columns(row))).collect::<Vec<_>>().join(" ")
}

fn slot(row: PartId, column: usize, place: usize) -> Slot {
    Slot { row, column, place }
}

#[test]
fn every_change_does_what_it_says_and_selects_what_it_touched() {
    use Selected::{Block as B, Column as C, Mail, Row as R};
    let cases = [
        (Change::AddBlock(spacer(0), slot(1, 0, 1)), "1:[2 6 3] 4:[5][]", B(6)),
        (Change::AddBlock(spacer(2), slot(4, 1, 9)), "1:[2 3] 4:[5][6]", B(6)),
        (Change::AddRow(row(0, &[&[0], &[0]]), 1), "1:[2 3] 6:[7][8] 4:[5][]", R(6)),
        (Change::MoveBlock(2, slot(1, 0, 2)), "1:[3 2] 4:[5][]", B(2)),
        (Change::MoveBlock(3, slot(4, 1, 0)), "1:[2] 4:[5][3]", B(3)),
        (Change::MoveRow(4, 0), "4:[5][] 1:[2 3]", R(4)),
        (Change::Shift(B(3), -1), "1:[3 2] 4:[5][]", B(3)),
        (Change::Shift(B(2), 1), "1:[3 2] 4:[5][]", B(2)),
        (Change::Shift(B(3), 1), "1:[2] 4:[3 5][]", B(3)),
        (Change::Shift(B(5), -1), "1:[2 3 5] 4:[][]", B(5)),
        (Change::Shift(R(1), 1), "4:[5][] 1:[2 3]", R(1)),
        (Change::ShiftAcross(5, 1), "1:[2 3] 4:[][5]", B(5)),
        (Change::Duplicate(B(2)), "1:[2 6 3] 4:[5][]", B(6)),
        (Change::Duplicate(R(1)), "1:[2 3] 6:[7 8] 4:[5][]", R(6)),
        (Change::Remove(B(2)), "1:[3] 4:[5][]", B(3)),
        (Change::Remove(B(3)), "1:[2] 4:[5][]", B(2)),
        (Change::Remove(B(5)), "1:[2 3] 4:[][]", C(4, 0)),
        (Change::Remove(R(4)), "1:[2 3]", R(1)),
        (Change::Columns(1, equal_widths(2)), "1:[2 3][] 4:[5][]", R(1)),
        (Change::Columns(4, equal_widths(1)), "1:[2 3] 4:[5]", R(4)),
        (Change::Paste(Clip::Block(Box::new(spacer(2))), B(2)), "1:[2 6 3] 4:[5][]", B(6)),
        (Change::Paste(Clip::Block(Box::new(spacer(2))), R(4)), "1:[2 3] 4:[5][6]", B(6)),
        (Change::Paste(Clip::Row(Box::new(row(4, &[&[5]]))), B(2)), "1:[2 3] 6:[7] 4:[5][]", R(6)),
        (Change::Replace(Box::default()), "", Mail),
    ];
    for (change, after, selected) in cases {
        let mut editing = Editing::new(design());
        assert!(editing.change(change.clone()), "{change:?}");
        assert_eq!((drawn(editing.design()).as_str(), editing.selected()), (after, selected), "{change:?}");
        let widths = |row: &Row| row.columns.iter().map(|column| u32::from(column.width)).sum::<u32>();
        assert!(editing.design().rows.iter().all(|row| widths(row) == 100), "{change:?}");
        assert!(editing.undo() && editing.design() == &design(), "{change:?} can be taken back");
        assert!(editing.redo() && drawn(editing.design()) == after, "{change:?} can be made again");
    }
}

#[test]
fn what_cannot_be_done_changes_nothing_and_leaves_no_trace() {
    use Selected::{Block as B, Mail, Row as R};
    let full = row(0, &[&[0; domain::design::BLOCKS_MAX]]);
    for change in [
        Change::AddBlock(spacer(0), slot(9, 0, 0)),
        Change::AddBlock(spacer(0), slot(1, 3, 0)),
        Change::AddRow(full, 0),
        Change::MoveBlock(2, slot(1, 0, 1)),
        Change::MoveBlock(2, slot(4, 2, 0)),
        Change::MoveBlock(9, slot(1, 0, 0)),
        Change::Shift(B(2), -1),
        Change::Shift(B(5), 1),
        Change::Shift(R(1), -1),
        Change::Shift(R(4), 1),
        Change::Shift(Mail, 1),
        Change::ShiftAcross(2, 1),
        Change::ShiftAcross(5, -1),
        Change::Remove(Mail),
        Change::Duplicate(B(9)),
        Change::Columns(1, Vec::new()),
        Change::Block(spacer(9)),
        Change::Block(spacer(2)),
    ] {
        let mut editing = Editing::new(design());
        assert!(!editing.change(change.clone()), "{change:?}");
        assert_eq!(editing.design(), &design(), "{change:?}");
        assert!(!editing.can_undo(), "{change:?}");
    }
}

#[test]
fn letters_that_follow_each_other_are_taken_back_together() {
    let mut editing = Editing::new(design());
    editing.select(Selected::Block(2));
    let height = |height| Change::Block(Block { kind: BlockKind::Spacer { height }, ..spacer(2) });
    for (field, value, at) in
        [("height", 1, 0.0), ("height", 12, 300.0), ("height", 123, 900.0), ("height", 7, 2_500.0)]
    {
        assert!(editing.type_into(field, height(value), at));
    }
    assert!(editing.type_into("other", height(8), 2_600.0));
    let mut back = Vec::new();
    while editing.undo() {
        let Some(BlockKind::Spacer { height }) = block_of(editing.design(), 2).map(|block| block.kind.clone()) else {
            panic!()
        };
        back.push(height);
    }
    assert_eq!(back, [7, 123, 10], "a pause or another field begins a new change");
}

#[test]
fn a_new_change_forgets_what_was_taken_back() {
    let mut editing = Editing::new(design());
    assert!(editing.change(Change::Remove(Selected::Block(2))) && editing.undo() && editing.can_redo());
    assert!(editing.change(Change::Theme(Theme { width: 500, ..Theme::default() })));
    assert!(!editing.can_redo());
}

#[test]
fn the_selection_survives_what_it_can() {
    let mut editing = Editing::new(design());
    editing.select(Selected::Block(9));
    assert_eq!(editing.selected(), Selected::Mail, "what is not there cannot be selected");
    editing.select(Selected::Block(3));
    assert!(editing.change(Change::AddBlock(spacer(0), slot(1, 0, 0))));
    editing.select(Selected::Block(3));
    assert!(editing.undo());
    assert_eq!(editing.selected(), Selected::Block(3));
    assert!(editing.change(Change::Remove(Selected::Block(3))) && editing.undo());
    assert_eq!(editing.selected(), Selected::Block(2), "it is there before and after");
}

#[test]
fn arrows_walk_through_everything_that_can_be_selected() {
    use Selected::{Block as B, Column as C, Mail, Row as R};
    let design = design();
    assert_eq!(stops(&design), [Mail, R(1), B(2), B(3), R(4), B(5), C(4, 1)]);
    assert_eq!(neighbour(&design, B(3), 1), R(4));
    assert_eq!(neighbour(&design, Mail, -1), Mail);
    assert_eq!(neighbour(&design, C(4, 1), 5), C(4, 1));
    assert_eq!((outside_of(&design, B(5)), outside_of(&design, R(4))), (R(4), Mail));
}

#[test]
fn a_fault_leads_to_its_part_and_back() {
    use Selected::{Block as B, Mail, Row as R};
    let design = design();
    for (path, part) in [
        ("content.design.rows[0].columns[0].blocks[1].href", Some(B(3))),
        ("rows[1].columns[0].blocks[0].show.tests[0].path", Some(B(5))),
        ("content.design.rows[1].columns", Some(R(4))),
        ("content.design.theme.width", Some(Mail)),
        ("rows[7].show", None),
        ("rows[0].columns[0].blocks[7]", None),
    ] {
        assert_eq!(part_at(&design, path), part, "{path}");
    }
    for part in stops(&design).into_iter().filter(|part| !matches!(part, Selected::Column(..))) {
        assert_eq!(part_at(&design, &path_of(&design, part).unwrap()), Some(part));
    }
}

#[test]
fn what_was_copied_is_read_again_and_nothing_else_is() {
    let design = design();
    for part in [Selected::Block(2), Selected::Row(4)] {
        let clip = Clip::of(&design, part).unwrap();
        assert_eq!(Clip::of_text(&clip.to_text()), Some(clip));
    }
    let many = r#"{"hermodRow": {"columns": [{}, {}, {}, {}, {}]}}"#;
    for other in ["", "hello", "{}", "[1]", r#"{"hermodBlock": {"id": 1, "kind": "bomb"}}"#, many] {
        assert_eq!(Clip::of_text(other), None, "{other}");
    }
}
