"""What a person does with the two services, through the API Gateway."""

import httpx

from tests.e2e import people


def test_a_student_enrols_and_both_services_tell(
    client: httpx.Client, student: int, subject: int
) -> None:
    enrolment = f"/subject/{subject}/student/{student}"
    assert client.put(enrolment).status_code == 201
    assert client.put(enrolment).status_code == 200

    subjects = client.get(f"/student/{student}/subject").json()["items"]
    assert [each["id"] for each in subjects] == [subject]
    roster = client.get(f"/subject/{subject}/student").json()["items"]
    assert [(each["student_id"], each["name"]) for each in roster] == [(student, "Ada Lovelace")]


def test_an_enrolled_student_stays_until_she_withdraws(
    client: httpx.Client, student: int, subject: int
) -> None:
    enrolment = f"/subject/{subject}/student/{student}"
    client.put(enrolment).raise_for_status()
    refused = client.delete(f"/student/{student}")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"

    assert client.delete(enrolment).status_code == 204
    assert client.delete(f"/student/{student}").status_code == 204
    assert client.get(f"/student/{student}").status_code == 404


def test_what_is_changed_is_read_back(client: httpx.Client, student: int, subject: int) -> None:
    client.patch(f"/student/{student}", json={"name": "Ada King"}).raise_for_status()
    assert client.get(f"/student/{student}").json()["name"] == "Ada King"
    client.patch(f"/subject/{subject}", json={"credits": 8}).raise_for_status()
    assert client.get(f"/subject/{subject}").json()["credits"] == 8


def test_an_address_is_taken_once(client: httpx.Client) -> None:
    body = people.new_student()
    people.create(client, "/student", body)
    assert client.post("/student", json=body).status_code == 409


def test_a_list_is_read_page_by_page(client: httpx.Client) -> None:
    created = [people.create(client, "/student", people.new_student()) for _ in range(3)]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/student", params=query).raise_for_status().json()
        assert len(page["items"]) <= 2
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen))
    assert set(created) <= set(seen)
