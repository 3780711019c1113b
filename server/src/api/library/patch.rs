//! Changes of name, description and folder, as JSON Patch (RFC 6902).

use domain::{Failure, Fault};
use engine::library::AboutPatch;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// Operations of one patch.
const OPERATIONS_MAX: usize = 100;

/// One operation.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PatchOperation {
    op: PatchOp,
    path: PatchPath,
    /// A text; for the folder `null` too.
    #[serde(default)]
    value: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum PatchOp {
    Add,
    Remove,
    Replace,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
enum PatchPath {
    #[serde(rename = "/name")]
    Name,
    #[serde(rename = "/description")]
    Description,
    #[serde(rename = "/parentFolderId")]
    ParentFolderId,
}

/// What all of them change, one after the other. Faults have the paths of the operations, such as `[0].value`.
pub fn read(operations: Vec<PatchOperation>) -> Result<AboutPatch, Failure> {
    if operations.len() > OPERATIONS_MAX {
        let text = format!("Send {OPERATIONS_MAX} operations at most.");
        return Err(Failure::invalid("", "too_many", text));
    }
    let mut patch = AboutPatch::default();
    for (position, PatchOperation { op, path, value }) in operations.into_iter().enumerate() {
        let at = |field: &str, code, text: &str| Fault::new(format!("[{position}].{field}"), code, text);
        let value = match (op, value) {
            (PatchOp::Remove, _) | (_, None | Some(Value::Null)) => None,
            (_, Some(Value::String(text))) => Some(text),
            _ => return Err(at("value", "wrong_type", "This must be a text.").into()),
        };
        if let Some(text) = &value {
            domain::nul::checked(text).map_err(|fault| fault.under(&format!("[{position}].value")))?;
        }
        match (path, value) {
            (PatchPath::Name, Some(name)) => patch.name = Some(name),
            (PatchPath::Name, None) => return Err(at("path", "required", "There is nothing without a name.").into()),
            (PatchPath::Description, text) => patch.description = Some(text.unwrap_or_default()),
            (PatchPath::ParentFolderId, id) => patch.parent_folder_id = Some(id),
        }
    }
    Ok(patch)
}
