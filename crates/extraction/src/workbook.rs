//! Workbooks: each sheet's name is a heading, its first row the header.

use std::io::Cursor;

use calamine::{Data, Error, OdsError, Reader, XlsError, XlsxError};
use knowledge::reading::{BlockKind, Reading, Remark};

use crate::ReadError;
use crate::flow::Flow;
use crate::limits::Limits;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Reading, ReadError> {
    let mut workbook =
        calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| fault(&error))?;
    let mut flow = Flow::default();
    let mut remarks = Vec::new();
    for name in workbook.sheet_names() {
        let Ok(range) = workbook.worksheet_range(&name) else {
            remarks.push(Remark::LeftOut { what: "a damaged sheet".to_owned() });
            continue;
        };
        if range.is_empty() {
            continue;
        }
        flow.add(BlockKind::Heading(1), &name, None);
        let before = flow.blocks.len();
        for row in range.rows() {
            let cells: Vec<String> = row.iter().map(cell).collect();
            flow.add_row(flow.blocks.len() == before, &cells, None);
            if flow.is_beyond(limits.characters) {
                let what = format!("rows behind {} characters", limits.characters);
                remarks.push(Remark::LeftOut { what });
                return Ok(Reading { blocks: flow.blocks, remarks, ..Reading::default() });
            }
        }
    }
    Ok(Reading { blocks: flow.blocks, remarks, ..Reading::default() })
}

fn cell(data: &Data) -> String {
    match data {
        // A day without a time is written as a day.
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, _, _) = date.to_ymd_hms_milli();
            if (hour, minute) == (0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
        Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}

fn fault(error: &Error) -> ReadError {
    match error {
        Error::Xlsx(XlsxError::Password)
        | Error::Xls(XlsError::Password)
        | Error::Ods(OdsError::Password) => ReadError::Encrypted,
        _ => ReadError::Damaged("its workbook structure cannot be followed".to_owned()),
    }
}
