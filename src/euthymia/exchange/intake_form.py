"""The shape of the intake form, version 1, field by field (contracts/intake.schema.json).

Absent means not known; `null` is not a value of this form, so absent fields are UNSET here.
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812 - `date` is the name of fields here
from typing import Annotated, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

Entry = TypeVar("Entry")

Text = Annotated[str, Meta(min_length=1)]
# \Z is the end of the text; $ would let a line break pass behind it.
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]+\Z")]
TherapyId = Annotated[str, Meta(pattern=r"^[a-z0-9_]+\Z")]
Icd10Cm = Annotated[str, Meta(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\Z")]
Loinc = Annotated[str, Meta(pattern=r"^\d{1,7}-\d\Z")]
SnomedCt = Annotated[str, Meta(pattern=r"^\d{6,18}\Z")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
Age = Annotated[float, Meta(ge=0, le=120)]
NotNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[float, Meta(gt=0)]
Percent = Annotated[float, Meta(le=100)]
Share = Annotated[float, Meta(ge=0, le=1)]
Number = Annotated[int, Meta(ge=0)]
Counted = Annotated[int, Meta(ge=1)]
Reply = Literal["yes", "no", "unsure"]
Speed = Literal["poor", "intermediate", "normal", "rapid", "ultrarapid"]
EpisodeWord = Literal["current", "earlier"]
ChangeScaleName = Literal[
    "phq9",
    "hamd17",
    "hamd17_anxiety_factor",
    "madrs",
    "qids_sr16",
    "ids_sr30",
    "bdi2",
    "gad7",
    "cgi_s",
    "shaps",
    "isi",
    "pcl5",
    "ace",
    "osss3",
    "mspss_mean",
    "moca",
    "cadss",
    "bprs_plus",
    "pss10",
]
"""Scales whose change can be told; a suicide screen has none."""
ScaleName = Literal[ChangeScaleName, "cssrs"]
SectionName = Literal["diagnoses", "trials", "nondrug_trials", "medications", "labs", "implants"]
TassItem = Literal[
    "reaction_to_magnetic_stimulation",
    "seizure_or_epilepsy",
    "family_epilepsy",
    "brain_illness",
    "head_injury_or_surgery",
    "metal_in_head_or_neck",
    "implanted_electronic_device",
    "cochlear_implant_or_hearing",
    "frequent_headaches",
    "fainting",
    "pregnancy",
    "medicines_or_changes",
    "alcohol_or_withdrawal",
    "short_sleep",
    "problem_with_earlier_tms_or_mri",
    "unstable_illness",
]
KetamineItem = Literal[
    "aneurysmal_vascular_disease",
    "arteriovenous_malformation",
    "intracerebral_haemorrhage_history",
    "hypersensitivity",
    "recent_cardiovascular_event_6wk",
    "unstable_coronary_or_decompensated_heart_failure",
    "uncontrolled_hypertension",
    "hypertensive_encephalopathy_history",
    "raised_intracranial_pressure",
    "active_psychosis_or_primary_psychotic_disorder",
    "mania_or_hypomania_now",
    "active_substance_use_disorder",
    "pregnancy",
    "lactation",
    "severe_hepatic_impairment",
    "lft_above_3x_uln",
    "uncontrolled_hyperthyroidism",
    "cystitis_or_lower_urinary_symptoms",
    "delirium_or_major_neurocognitive_disorder",
    "airway_or_respiratory_disease",
    "sleep_apnoea_with_obesity",
    "arrhythmia_unstable",
    "other_cautions",
]
Weight = Literal["benefit", "speed", "durability", "side_effects", "burden", "driving", "cost"]


class Form(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the form. A field the form does not have is an error."""


class PatientPart(Form, frozen=True):
    id: Text | UnsetType = UNSET
    sex: Literal["female", "male"] | UnsetType = UNSET
    age_years: Age | UnsetType = UNSET
    birth_date: Day | UnsetType = UNSET
    country: Country | UnsetType = UNSET


class DiagnosisPart(Form, frozen=True):
    icd10cm: Icd10Cm
    onset: Day | UnsetType = UNSET
    resolved: Day | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class EpisodePart(Form, frozen=True):
    months: NotNegative | UnsetType = UNSET
    severity: (
        Literal[
            "subsyndromal", "mild", "moderate", "severe_without_psychosis", "severe_with_psychosis"
        ]
        | UnsetType
    ) = UNSET
    longest_well_period_days: NotNegative | UnsetType = UNSET
    lifetime_episodes: Counted | UnsetType = UNSET
    first_onset_age_years: Age | UnsetType = UNSET


class ScaleChangePart(Form, frozen=True):
    instrument: ChangeScaleName
    before: float
    after: float


class LevelPart(Form, frozen=True):
    value: NotNegative
    unit: Text


class TrialPart(Form, frozen=True):
    id: Id
    drug: Text
    dose_mg: NotNegative | UnsetType = UNSET
    days_at_dose: NotNegative | UnsetType = UNSET
    start: Day | UnsetType = UNSET
    end: Day | UnsetType = UNSET
    pdc: Share | UnsetType = UNSET
    improvement_pct: Percent | UnsetType = UNSET
    peak_improvement_pct: Percent | UnsetType = UNSET
    scale_change: ScaleChangePart | UnsetType = UNSET
    stop_reason: (
        Literal["lack_of_efficacy", "intolerance", "patient_choice", "other", "ongoing"] | UnsetType
    ) = UNSET
    episode: EpisodeWord | UnsetType = UNSET
    indication: Text | UnsetType = UNSET
    augments: Id | UnsetType = UNSET
    added_to: Id | UnsetType = UNSET
    combination: Id | UnsetType = UNSET
    optimised: Literal["dose", "duration"] | UnsetType = UNSET
    serum_level: LevelPart | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class NondrugPart(Form, frozen=True):
    kind: Literal["ect", "tms", "vns", "dbs", "psychotherapy", "light", "other"]
    id: Id | UnsetType = UNSET
    placement: (
        Literal["bilateral", "right_unilateral", "left_unilateral", "bifrontal"] | UnsetType
    ) = UNSET
    sessions: Number | UnsetType = UNSET
    improvement_pct: Percent | UnsetType = UNSET
    scale_change: ScaleChangePart | UnsetType = UNSET
    start: Day | UnsetType = UNSET
    end: Day | UnsetType = UNSET
    episode: EpisodeWord | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class LabPart(Form, frozen=True):
    loinc: Loinc
    value: float | str
    unit: Text | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    date: Day | UnsetType = UNSET
    percentile_75: float | UnsetType = UNSET


class VitalsPart(Form, frozen=True):
    date: Day | UnsetType = UNSET
    systolic_mmhg: Positive | UnsetType = UNSET
    diastolic_mmhg: Positive | UnsetType = UNSET
    heart_rate_per_min: NotNegative | UnsetType = UNSET
    spo2_pct: Annotated[float, Meta(ge=0, le=100)] | UnsetType = UNSET
    respiratory_rate_per_min: NotNegative | UnsetType = UNSET


class BodyPart(Form, frozen=True):
    weight_kg: Positive | UnsetType = UNSET
    height_cm: Positive | UnsetType = UNSET
    bmi_kg_per_m2: Positive | UnsetType = UNSET


class ScalePart(Form, frozen=True):
    instrument: ScaleName
    total: float | UnsetType = UNSET
    items: tuple[Number | None, ...] | UnsetType = UNSET
    date: Day | UnsetType = UNSET


class MedicationPart(Form, frozen=True):
    drug: Text
    dose_mg_per_day: Positive | UnsetType = UNSET
    since: Day | UnsetType = UNSET
    note: Text | UnsetType = UNSET


class ImplantPart(Form, frozen=True):
    snomed: SnomedCt | UnsetType = UNSET
    text: Text | UnsetType = UNSET
    location: Text | UnsetType = UNSET
    material: Text | UnsetType = UNSET
    distance_to_coil_cm: NotNegative | UnsetType = UNSET
    mr_conditional_card: bool | UnsetType = UNSET


class SeizurePart(Form, frozen=True):
    kind: Literal["epileptic", "febrile", "provoked", "tms_induced", "not_stated"]
    months_ago: NotNegative | UnsetType = UNSET
    age_years: NotNegative | UnsetType = UNSET
    complex: bool | UnsetType = UNSET


class GenesPart(Form, frozen=True):
    CYP2C19: Speed | UnsetType = UNSET
    CYP2D6: Speed | UnsetType = UNSET
    CYP2B6: Speed | UnsetType = UNSET


class TodayPart(Form, frozen=True):
    sleep_hours: Annotated[float, Meta(ge=0, le=24)] | UnsetType = UNSET
    escort: bool | UnsetType = UNSET
    fasted: bool | UnsetType = UNSET


class ScreeningPart(Form, frozen=True):
    tass: dict[TassItem, Reply] | UnsetType = UNSET
    ketamine: dict[KetamineItem, Reply] | UnsetType = UNSET
    today: TodayPart | UnsetType = UNSET


class ContextPart(Form, frozen=True):
    anxious_distress: bool | UnsetType = UNSET
    anhedonia: bool | UnsetType = UNSET
    insomnia: bool | UnsetType = UNSET
    executive_impaired: bool | UnsetType = UNSET
    executive_z: float | UnsetType = UNSET
    childhood_trauma: bool | UnsetType = UNSET
    employment: (
        Literal["employed", "unemployed", "long_term_sick", "retired", "student", "homemaker"]
        | UnsetType
    ) = UNSET
    housing: Literal["secure", "insecure"] | UnsetType = UNSET
    social_support: Literal["good", "moderate", "severe_lack"] | UnsetType = UNSET
    ptsd: bool | UnsetType = UNSET
    perceived_criticism: Annotated[float, Meta(ge=1, le=10)] | UnsetType = UNSET


class ThresholdPart(Form, frozen=True):
    pct_mso: Positive
    method: Literal["visual", "emg"] | UnsetType = UNSET
    date: Day | UnsetType = UNSET


class HeadPart(Form, frozen=True):
    tragus_to_tragus_cm: Positive | UnsetType = UNSET
    nasion_to_inion_cm: Positive | UnsetType = UNSET
    circumference_cm: Positive | UnsetType = UNSET


class DepthPart(Form, frozen=True):
    motor_mm: Positive
    target_mm: Positive


class TmsPart(Form, frozen=True):
    stimulator: Text | UnsetType = UNSET
    protocol: (
        Literal[
            "hf10_left_std",
            "hf10_left_short",
            "itbs_600",
            "lf1_right",
            "bilateral_seq",
            "bilateral_tbs",
            "ctbs_600",
            "dtms_h1",
            "snt_saint",
        ]
        | UnsetType
    ) = UNSET
    motor_threshold: ThresholdPart | UnsetType = UNSET
    head: HeadPart | UnsetType = UNSET
    scalp_to_cortex: DepthPart | UnsetType = UNSET


class KetaminePart(Form, frozen=True):
    mg_per_kg: Positive | UnsetType = UNSET
    minutes: Positive | UnsetType = UNSET
    session_number: Counted | UnsetType = UNSET
    previous_basis: Literal["actual", "ideal"] | UnsetType = UNSET


class EsketaminePart(Form, frozen=True):
    session_number: Counted | UnsetType = UNSET
    previous_dose_mg: Literal[28, 56, 84] | UnsetType = UNSET
    rems_enrolled: bool | UnsetType = UNSET


class PreferencesPart(Form, frozen=True):
    prefers: tuple[TherapyId, ...] | UnsetType = UNSET
    declines: tuple[TherapyId, ...] | UnsetType = UNSET
    weights: dict[Weight, Annotated[float, Meta(ge=0, le=10)]] | UnsetType = UNSET


class OverridePart(Form, frozen=True):
    finding: str
    by: str
    reason: str
    date: Day | UnsetType = UNSET


class IntakeForm(Form, frozen=True):
    """What is known of one patient on one day."""

    intake: Literal[1]
    as_of: Day
    region: Literal["US", "EU"] | UnsetType = UNSET
    patient: PatientPart | UnsetType = UNSET
    complete: tuple[SectionName, ...] | UnsetType = UNSET
    diagnoses: tuple[DiagnosisPart, ...] | UnsetType = UNSET
    episode: EpisodePart | UnsetType = UNSET
    antidepressants_failed: Number | UnsetType = UNSET
    trials: tuple[TrialPart, ...] | UnsetType = UNSET
    nondrug_trials: tuple[NondrugPart, ...] | UnsetType = UNSET
    labs: tuple[LabPart, ...] | UnsetType = UNSET
    vitals: tuple[VitalsPart, ...] | UnsetType = UNSET
    body: BodyPart | UnsetType = UNSET
    scales: tuple[ScalePart, ...] | UnsetType = UNSET
    medications: tuple[MedicationPart, ...] | UnsetType = UNSET
    implants: tuple[ImplantPart, ...] | UnsetType = UNSET
    seizures: tuple[SeizurePart, ...] | UnsetType = UNSET
    genes: GenesPart | UnsetType = UNSET
    screening: ScreeningPart | UnsetType = UNSET
    context: ContextPart | UnsetType = UNSET
    tms: TmsPart | UnsetType = UNSET
    ketamine_iv: KetaminePart | UnsetType = UNSET
    esketamine: EsketaminePart | UnsetType = UNSET
    preferences: PreferencesPart | UnsetType = UNSET
    overrides: tuple[OverridePart, ...] | UnsetType = UNSET


def entries(part: tuple[Entry, ...] | UnsetType) -> tuple[Entry, ...]:
    """The entries of a part; none where the part was left out."""
    return () if part is UNSET else part
