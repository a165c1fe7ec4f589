package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
)

// client is one connection that is kept, with just enough of HTTP/1.1 to ask as
// the platform's clients do. It costs little, since it shares the processors with
// what it measures.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	addr string
	auth string
	out  []byte
	body []byte
}

func dial(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), addr: addr}, nil
}

func (c *client) close() { c.conn.Close() }

// post sends a body and reads the answer; it is valid until the next one.
func (c *client) post(path, contentType, auth, more, body string) ([]byte, error) {
	c.out = fmt.Appendf(c.out[:0], "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nAuthorization: %s\r\n%sContent-Length: %d\r\n\r\n%s",
		path, c.addr, contentType, auth, more, len(body), body)
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	status := string(bytes.TrimSpace(line))
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return nil, err
			}
		}
	}
	if length < 0 {
		return nil, fmt.Errorf("an answer without a length: %s", status)
	}
	if cap(c.body) < length {
		c.body = make([]byte, length, length+length/2)
	}
	c.body = c.body[:length]
	if _, err := io.ReadFull(c.in, c.body); err != nil {
		return nil, err
	}
	if status != "HTTP/1.1 200 OK" {
		return nil, fmt.Errorf("%s: %s: %.200s", path, status, c.body)
	}
	return c.body, nil
}

const tokenForm = "grant_type=password&username=" + username + "&password=" + password + "&client_id=" + clientID + "&client_secret=" + clientSecret

// authorize asks for a token.
func (c *client) authorize() error {
	raw, err := c.post("/oauth/token", "application/x-www-form-urlencoded",
		"Basic "+base64.StdEncoding.EncodeToString([]byte(clientID+":"+clientSecret)), "", tokenForm)
	if err != nil {
		return err
	}
	var t struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	if err := json.Unmarshal(raw, &t); err != nil {
		return err
	}
	c.auth = t.TokenType + " " + t.AccessToken
	return nil
}

// search asks for a page; more are headers, each with its line end.
func (c *client) search(body, more string) ([]byte, error) {
	return c.post("/v2/declaraciones", "application/json;charset=UTF-8", c.auth, more, body)
}

// rows counts the declarations of a page.
func rows(page []byte) int { return bytes.Count(page, []byte(`,"metadata":{"actualizacion":"`)) }
